/// \file
/// A board of notes on the network: `notes [port]`, until it is interrupted.

#include "session.hpp"

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/signal_set.hpp>
#include <asio/use_awaitable.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <thread>

namespace {

using asio::ip::tcp;

asio::awaitable<void> listen(tcp::acceptor door,
                             std::shared_ptr<demo::board> notes,
                             std::shared_ptr<demo::journal> log) {
  for (;;) {
    tcp::socket client = co_await door.async_accept(asio::use_awaitable);
    asio::co_spawn(door.get_executor(),
                   demo::session(std::move(client), notes, log),
                   asio::detached);
  }
}

} // namespace

int main(int argc, char **argv) {
  const int port = argc > 1 ? std::atoi(argv[1]) : 4444;
  try {
    auto notes = std::make_shared<demo::board>();
    auto log = std::make_shared<demo::journal>("notes.log");

    asio::io_context network(2);
    asio::signal_set interrupted(network, SIGINT, SIGTERM);
    interrupted.async_wait([&](auto, int) { network.stop(); });
    tcp::acceptor door(
        network, tcp::endpoint(tcp::v4(), static_cast<unsigned short>(port)));
    asio::co_spawn(network, listen(std::move(door), notes, log),
                   asio::detached);

    std::jthread second([&] { network.run(); });
    network.run();
    second.join();
    corort::block_on(log->rotate("notes.log.old"));
  } catch (const std::exception &e) {
    std::fprintf(stderr, "notes: %s\n", e.what());
    return 1;
  }
  return 0;
}
