/// \file
/// The conversation with one client.

#include "session.hpp"

#include <asio/buffer.hpp>
#include <asio/read_until.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>

#include <cstddef>
#include <sstream>

namespace demo {

namespace {

using asio::use_awaitable;
using asio::ip::tcp;
using corort::spawn;
using corort::task;

struct request {
  std::string verb;
  std::string name;
  std::string text;
};

request parse(const std::string &line) {
  request parsed;
  std::istringstream words(line);
  words >> parsed.verb >> parsed.name >> std::ws;
  std::getline(words, parsed.text);
  return parsed;
}

asio::awaitable<void> reply(tcp::socket &client, std::string line) {
  line += '\n';
  co_await asio::async_write(client, asio::buffer(line), use_awaitable);
}

} // namespace

asio::awaitable<void> board::send(tcp::socket &client, std::string name) {
  std::lock_guard held(mutex_); // finding: coro-lock-across-await
  std::string &note = notes_[name];
  co_await asio::async_write(client, asio::buffer(note), use_awaitable);
  co_await asio::async_write(client, asio::buffer("\n", 1), use_awaitable);
}

asio::awaitable<void> session(tcp::socket client, std::shared_ptr<board> notes,
                              std::shared_ptr<journal> log) {
  std::string peer = client.remote_endpoint().address().to_string();
  // The client need not wait for the journal.
  spawn([log, &peer]() -> task<> { // finding: coro-borrow-in-spawned-task
    co_await log->append(peer + " connected");
  })
      .detach();

  std::string input;
  for (;;) {
    const std::size_t size = co_await asio::async_read_until(
        client, asio::dynamic_buffer(input, 4096), '\n', use_awaitable);
    request asked = parse(input.substr(0, size));
    input.erase(0, size);

    if (asked.verb == "PUT") {
      spawn([log, line = peer + " put " + asked.name]() -> task<> {
        co_await log->append(line);
      }).detach();
      notes->put(std::move(asked.name), std::move(asked.text));
      co_await reply(client, "ok");
    } else if (asked.verb == "GET") {
      co_await notes->send(client, std::move(asked.name));
    } else if (asked.verb == "QUIT") {
      reply(client, "bye"); // finding: coro-unawaited-task
      co_return;
    } else {
      co_await reply(client, "PUT, GET or QUIT");
    }
  }
}

} // namespace demo
