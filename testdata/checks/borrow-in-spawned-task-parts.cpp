// A part of a local dies with it: members, elements, what a local owner points to.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-borrow-in-spawned-task %s -- -std=c++20 %runtime | %FileCheck %s

#include "corort/corort.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

using corort::task;

struct Request {
  std::string body;
  std::string &shared;
};

task<> by_reference(const std::string &);
task<> serve(Request &);
void keep(std::unique_ptr<Request>);
Request make();

task<> member_of_local() {
  Request request = make();
  corort::spawn(by_reference(request.body)).detach();
  // CHECK: :[[#@LINE-1]]:30: warning: task keeps a reference to 'request', which dies before the task ends [coro-borrow-in-spawned-task]
  co_return;
}

task<> member_that_is_a_reference() {
  Request request = make();
  corort::spawn(by_reference(request.shared)).detach();
  co_return;
}

task<> element_of_local() {
  std::vector<std::string> lines(2);
  corort::spawn(by_reference(lines[0])).detach();
  // CHECK: :[[#@LINE-1]]:30: warning: task keeps a reference to 'lines', which dies before the task ends [coro-borrow-in-spawned-task]
  corort::spawn(by_reference(lines.front())).detach();
  // CHECK: :[[#@LINE-1]]:30: warning: task keeps a reference to 'lines', which dies before the task ends [coro-borrow-in-spawned-task]
  co_return;
}

task<> element_in_range_for(std::vector<std::string> lines) {
  for (const std::string &line : lines)
    corort::spawn(by_reference(line)).detach();
  // CHECK: :[[#@LINE-1]]:32: warning: task keeps a reference to 'lines', which dies before the task ends [coro-borrow-in-spawned-task]
  co_return;
}

task<> element_of_somebody_elses(const std::vector<std::string> &lines) {
  for (const std::string &line : lines)
    corort::spawn(by_reference(line)).detach();
  co_return;
}

task<> pointee_of_local_owner() {
  auto request = std::make_unique<Request>(make());
  corort::spawn(serve(*request)).detach();
  // CHECK: :[[#@LINE-1]]:23: warning: task keeps a reference to 'request', which dies before the task ends [coro-borrow-in-spawned-task]
  co_return;
}

task<> pointee_of_owner_that_moves_on() {
  auto request = std::make_unique<Request>(make());
  corort::spawn(serve(*request)).detach();
  keep(std::move(request));
  co_return;
}

task<> pointee_of_shared_owner(std::shared_ptr<Request> request) {
  corort::spawn(serve(*request)).detach();
  co_return;
}

task<> pointee_of_pointer(Request *request) {
  corort::spawn(serve(*request)).detach();
  corort::spawn(by_reference(request->body)).detach();
  co_return;
}
