/// \file
/// The bridge to Asio, over sockets on this machine.

#include "support.hpp"

#include "corort/asio.hpp"

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <asio/read_until.hpp>
#include <asio/steady_timer.hpp>
#include <asio/write.hpp>
#include <gtest/gtest.h>

#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace {

using asio::ip::tcp;
using corort::block_on;
using corort::io_thread;
using corort::spawn;
using corort::task;
using corort::use_task;

task<> echo(tcp::socket peer) {
  std::string text(64, '\0');
  for (;;) {
    const std::size_t size =
        co_await peer.async_read_some(asio::buffer(text), use_task);
    co_await asio::async_write(peer, asio::buffer(text, size), use_task);
  }
}

task<std::string> ask(io_thread &io, tcp::endpoint server, std::string text) {
  tcp::socket socket(io.context());
  co_await socket.async_connect(server, use_task);
  co_await asio::async_write(socket, asio::buffer(text), use_task);
  std::string answer(text.size(), '\0');
  co_await asio::async_read(socket, asio::buffer(answer), use_task);
  co_return answer;
}

tcp::acceptor listener(io_thread &io) {
  return tcp::acceptor(io.context(),
                       tcp::endpoint(asio::ip::address_v4::loopback(), 0));
}

TEST(Asio, EchoesToManyClients) {
  io_thread io;
  auto body = [&]() -> task<> {
    tcp::acceptor acceptor = listener(io);
    const tcp::endpoint address = acceptor.local_endpoint();
    auto serve = [&]() -> task<> {
      for (;;) {
        tcp::socket peer = co_await acceptor.async_accept(use_task);
        auto session = [](tcp::socket s) -> task<> {
          try {
            co_await echo(std::move(s));
          } catch (const std::system_error &) {
            // The client has hung up.
          }
        };
        spawn(session, std::move(peer)).detach();
      }
    };
    auto server = spawn(serve);
    std::vector<task<std::string>> clients;
    for (int i = 0; i < 20; ++i)
      clients.push_back(ask(io, address, "hello " + std::to_string(i)));
    const auto answers = co_await corort::when_all(std::move(clients));
    for (int i = 0; i < 20; ++i)
      EXPECT_EQ(answers[static_cast<std::size_t>(i)],
                "hello " + std::to_string(i));
    server.abort();
    EXPECT_THROW(co_await server, corort::task_cancelled);
  };
  block_on(body());
}

TEST(Asio, ThrowsTheError) {
  io_thread io;
  auto body = [&]() -> task<bool> {
    tcp::socket socket(io.context());
    tcp::endpoint nobody;
    {
      tcp::acceptor closed = listener(io);
      nobody = closed.local_endpoint();
    }
    try {
      co_await socket.async_connect(nobody, use_task);
    } catch (const std::system_error &e) {
      co_return e.code() == asio::error::connection_refused;
    }
    co_return false;
  };
  EXPECT_TRUE(block_on(body()));
}

TEST(Asio, GoesOnOnItsOwnScheduler) {
  io_thread io;
  corort::scheduler one({.threads = 1});
  auto body = [&]() -> task<> {
    asio::steady_timer timer(io.context(), std::chrono::milliseconds(1));
    co_await timer.async_wait(use_task);
    EXPECT_EQ(corort::scheduler::current(), &one);
  };
  block_on(one, body());
}

TEST(Asio, StoppedOperationIsCancelled) {
  io_thread io;
  int alive = 0;
  auto body = [&]() -> task<> {
    auto waits = [&](test::counted) -> task<> {
      asio::steady_timer timer(io.context(), std::chrono::hours(1));
      co_await timer.async_wait(use_task);
    };
    for (int i = 0; i < 200; ++i) {
      auto handle = spawn(waits(test::counted(alive)));
      if (i % 2)
        co_await corort::yield();
      handle.abort();
      EXPECT_THROW(co_await handle, corort::task_cancelled);
      EXPECT_EQ(alive, 0);
    }
  };
  block_on(body());
}

TEST(AsioStress, StopRacesWithTheEnd) {
  io_thread io;
  corort::scheduler two({.threads = 2});
  auto body = [&]() -> task<> {
    int ended = 0;
    int stopped = 0;
    auto waits = [&](int i) -> task<> {
      asio::steady_timer timer(io.context(), std::chrono::microseconds(i % 50));
      co_await timer.async_wait(use_task);
    };
    for (int i = 0; i < 2000; ++i) {
      auto handle = spawn(waits, i);
      for (int k = 0; k < i % 7; ++k)
        co_await corort::yield();
      handle.abort();
      try {
        co_await handle;
        ++ended;
      } catch (const corort::task_cancelled &) {
        ++stopped;
      }
    }
    EXPECT_EQ(ended + stopped, 2000);
  };
  block_on(two, body());
}

} // namespace
