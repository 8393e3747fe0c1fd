/// \file
/// A box office that tells listeners about each sale. What a listener returns
/// is a task, and the office awaits it, so every ticket is mailed.

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
  using listener = std::function<task<>(int seat)>;

  void on_sale(listener heard) { listeners_.push_back(std::move(heard)); }

  task<> sell(int seat) {
    ++sold_;
    for (const listener &heard : listeners_)
      co_await heard(seat);
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
  office.on_sale([&](int seat) -> task<> {
    co_await mails.mail("your seat: " + std::to_string(seat));
  });
  corort::block_on(evening(office));
  std::printf("%d sold, %zu mailed\n", office.sold(), mails.size());
  return office.sold() == 3 && mails.size() == 3 ? 0 : 1;
}
