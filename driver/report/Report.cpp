/// \file
/// Merges the results of files and reads source lines.

#include "driver/report/Report.h"

#include "driver/analysis/Scope.h"

#include "llvm/ADT/STLExtras.h"

namespace corolint {
namespace {

auto order(const ResultFinding &F) {
  return std::tie(F.Where.File, F.Where.Offset, F.Check, F.What);
}

void sortUnique(std::vector<ResultFinding> &Findings) {
  // Stable: of several equal findings the one of the first file stays.
  llvm::stable_sort(Findings, [](const auto &A, const auto &B) {
    return order(A) < order(B);
  });
  Findings.erase(llvm::unique(Findings,
                              [](const auto &A, const auto &B) {
                                return order(A) == order(B);
                              }),
                 Findings.end());
}

} // namespace

Report merge(std::vector<FileResult> Results, llvm::StringRef Root,
             llvm::StringRef WorkingDirectory) {
  llvm::sort(Results, [](const FileResult &A, const FileResult &B) {
    return A.File < B.File;
  });
  Report R;
  R.Root = Root.str();
  R.WorkingDirectory = WorkingDirectory.str();
  for (FileResult &Result : Results) {
    R.Files.push_back({Result.File, Result.ErrorCount, Result.Failure});
    llvm::move(Result.Findings, std::back_inserter(R.Findings));
    llvm::move(Result.Errors, std::back_inserter(R.Errors));
  }
  sortUnique(R.Findings);
  sortUnique(R.Errors);
  return R;
}

std::string relativePath(llvm::StringRef Path, llvm::StringRef Folder) {
  if (Path == Folder || !isBelow(Path, Folder))
    return Path.str();
  return Path.drop_front(Folder.size()).ltrim('/').str();
}

llvm::StringRef SourceLines::text(llvm::StringRef File) {
  std::unique_ptr<llvm::MemoryBuffer> &Buffer = Files[File];
  if (!Buffer) {
    auto Loaded = llvm::MemoryBuffer::getFile(File);
    Buffer = Loaded ? std::move(*Loaded) : llvm::MemoryBuffer::getMemBuffer("");
  }
  return Buffer->getBuffer();
}

std::pair<unsigned, size_t> SourceLines::position(llvm::StringRef File,
                                                  size_t Offset) {
  const llvm::StringRef Before = text(File).take_front(Offset);
  if (Before.size() < Offset)
    return {0, 0};
  return {Before.count('\n') + 1, Offset - (Before.rfind('\n') + 1)};
}

llvm::StringRef SourceLines::line(llvm::StringRef File, unsigned Line) {
  llvm::StringRef Rest = text(File);
  for (unsigned I = 1; I < Line; ++I)
    Rest = Rest.split('\n').second;
  return Rest.split('\n').first.rtrim('\r');
}

} // namespace corolint
