/// \file
/// The clang-tidy module that holds every check under the name `coro-<id>`.

#include "driver/tidy/TidyCheck.h"

#include "clang-tidy/ClangTidyModule.h"
#include "clang-tidy/ClangTidyModuleRegistry.h"

namespace corolint {
namespace {

namespace tidy = clang::tidy;

class TidyModule : public tidy::ClangTidyModule {
public:
  void addCheckFactories(tidy::ClangTidyCheckFactories &Factories) override {
    const auto States = std::make_shared<FileStates>();
    for (const Check *C : allChecks())
      Factories.registerCheckFactory(
          ("coro-" + C->Id).str(),
          [C, States](llvm::StringRef Name, tidy::ClangTidyContext *Context) {
            return std::make_unique<TidyCheck>(Name, Context, *C,
                                               States->of(*Context));
          });
  }
};

// clang-tidy finds modules by such static objects only.
const tidy::ClangTidyModuleRegistry::Add<TidyModule>
    Registered("corolint-module", "Checks for C++20 coroutines.");

} // namespace
} // namespace corolint
