/// \file
/// What the examples on the pages of docs/checks take for granted, so that they
/// read like code and not like tests.

#ifndef TESTDATA_DOC_PRELUDE_HPP
#define TESTDATA_DOC_PRELUDE_HPP

#include "corort/corort.hpp"

#include <chrono>
#include <fstream>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using corort::task;
using corort::spawn;
using namespace std::chrono_literals;

/// A program that keeps accounts.
struct Account {
  std::mutex mutex;
  int balance = 0;
};

struct Row {
  std::string name;
};

task<> save(int balance);
task<> send(const std::string &text);
task<Row> fetch(int id);
task<> flush();
bool urgent();

#endif
