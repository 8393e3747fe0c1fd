/// \file
/// An echo server and its client, over the bridge to Asio.
// Prints:
//     hello 0
//     hello 1
//     hello 2

#include "corort/asio.hpp"
#include "corort/corort.hpp"

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>

#include <array>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>

using asio::ip::tcp;
using corort::task;
using corort::use_task;

task<> serve(tcp::socket peer) {
  std::array<char, 1024> buffer;
  try {
    for (;;) {
      const std::size_t size =
          co_await peer.async_read_some(asio::buffer(buffer), use_task);
      co_await asio::async_write(peer, asio::buffer(buffer, size), use_task);
    }
  } catch (const std::system_error &) {
    // The client has hung up.
  }
}

task<> accept_all(tcp::acceptor &acceptor) {
  auto sessions = co_await corort::open_scope();
  for (;;)
    sessions.spawn(serve, co_await acceptor.async_accept(use_task));
}

task<std::string> ask(corort::io_thread &io, tcp::endpoint server,
                      std::string text) {
  tcp::socket socket(io.context());
  co_await socket.async_connect(server, use_task);
  co_await asio::async_write(socket, asio::buffer(text), use_task);
  std::string answer(text.size(), '\0');
  co_await asio::async_read(socket, asio::buffer(answer), use_task);
  co_return answer;
}

task<int> talk(corort::io_thread &io, tcp::endpoint server) {
  for (int i = 0; i < 3; ++i) {
    const std::string text = "hello " + std::to_string(i);
    const std::string answer = co_await ask(io, server, text);
    std::puts(answer.c_str());
    if (answer != text)
      co_return 1;
  }
  co_return 0;
}

task<int> run(corort::io_thread &io) {
  tcp::acceptor acceptor(io.context(),
                         tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  // The server runs until the client is done, and is stopped then.
  const auto first = co_await corort::select(
      talk(io, acceptor.local_endpoint()), accept_all(acceptor));
  co_return first.index() == 0 ? std::get<0>(first) : 1;
}

int main() {
  corort::io_thread io;
  return corort::block_on(run(io));
}
