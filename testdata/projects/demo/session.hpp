/// \file
/// The notes, and the conversation with one client about them.

#ifndef DEMO_SESSION_HPP
#define DEMO_SESSION_HPP

#include "journal.hpp"

#include <asio/awaitable.hpp>
#include <asio/ip/tcp.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace demo {

/// All notes by name. Sessions use it on several threads.
class board {
public:
  void put(std::string name, std::string text) {
    std::lock_guard held(mutex_);
    notes_.insert_or_assign(std::move(name), std::move(text));
  }

  /// Sends the text of a note, or an empty line if there is none.
  asio::awaitable<void> send(asio::ip::tcp::socket &client, std::string name);

private:
  std::mutex mutex_;
  std::map<std::string, std::string> notes_;
};

/// Serves one client until it quits or its connection breaks:
/// `PUT <name> <text>`, `GET <name>`, `QUIT`.
asio::awaitable<void> session(asio::ip::tcp::socket client,
                              std::shared_ptr<board> notes,
                              std::shared_ptr<journal> log);

} // namespace demo

#endif
