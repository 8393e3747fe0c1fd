/// \file
/// `corolint-clangd`: clangd with our checks inside.

#include "driver/BuildInfo.h"
#include "driver/tidy/ResourceDir.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FileSystem.h"
#include <memory>
#include <string>
#include <vector>

namespace clang::clangd {

// libclangdMain.a has no header; this is all it exports.
int clangdMain(int argc, char *argv[]);

class SymbolIndex {
public:
  virtual ~SymbolIndex();
};

namespace remote {
/// clangd's client for an index on a server, which would need gRPC: there is
/// none, as in a clangd that is built without it.
std::unique_ptr<SymbolIndex> getClient(llvm::StringRef, llvm::StringRef) {
  return nullptr;
}
} // namespace remote

} // namespace clang::clangd

int main(int argc, char **argv) {
  std::vector<char *> Args(argv, argv + argc);
  // clangd looks for Clang's builtin headers beside itself.
  std::string ResourceDir = "--resource-dir=";
  ResourceDir += corolint::findResourceDir(
      COROLINT_RESOURCE_DIR, llvm::sys::fs::getMainExecutable(
                                 argv[0], reinterpret_cast<void *>(&main)));
  const bool Given = llvm::any_of(Args, [](llvm::StringRef Arg) {
    return Arg.ltrim('-').starts_with("resource-dir");
  });
  if (!Given && !llvm::StringRef(ResourceDir).ends_with("="))
    Args.insert(std::next(Args.begin()), ResourceDir.data());
  Args.push_back(nullptr);
  return clang::clangd::clangdMain(static_cast<int>(Args.size()) - 1,
                                   Args.data());
}
