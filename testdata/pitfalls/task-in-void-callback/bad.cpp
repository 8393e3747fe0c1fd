/// \file
/// A box office that tells listeners about each sale. The listener that mails
/// the ticket is a coroutine, and the office throws its task away: no mail.

#include "corort/corort.hpp"

#include <cstddef>
#include <cstdio>
#include <functional>
#include <string>
#include <utility>
#include <vector>

using corort::task;

class outbox {
public:
  task<> mail(std::string text) {
    auto held = co_await mutex_.lock();
    letters_.push_back(std::move(text));
  }
  /// Only while no task mails.
  std::size_t size() const { return letters_.size(); }

private:
  corort::mutex mutex_;
  std::vector<std::string> letters_;
};

class box_office {
public:
  using listener = std::function<void(int seat)>;

  void on_sale(listener heard) { listeners_.push_back(std::move(heard)); }

  task<> sell(int seat) {
    ++sold_;
    for (const listener &heard : listeners_)
      heard(seat);
    co_return;
  }
  int sold() const { return sold_; }

private:
  std::vector<listener> listeners_;
  int sold_ = 0;
};

task<> evening(box_office &office) {
  for (int seat = 1; seat <= 3; ++seat)
    co_await office.sell(seat);
}

int main() {
  outbox mails;
  box_office office;
  office.on_sale(
      [&](int seat) -> task<> { // finding: coro-task-in-void-callback
        co_await mails.mail("your seat: " + std::to_string(seat));
      });
  corort::block_on(evening(office));
  std::printf("%d sold, %zu mailed\n", office.sold(), mails.size());
  return office.sold() == 3 && mails.size() == 3 ? 0 : 1;
}
