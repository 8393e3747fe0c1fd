/// \file
/// FileResult to JSON and back.

#include "driver/analysis/FileResult.h"

namespace corolint {

using llvm::json::Array;
using llvm::json::Object;
using llvm::json::ObjectMapper;
using llvm::json::Path;
using llvm::json::Value;

namespace {

/// JSON holds UTF-8 only, source text anything.
std::string utf8(const std::string &Text) { return llvm::json::fixUTF8(Text); }

} // namespace

static Value toJSON(const Place &P) {
  return Object{{"file", utf8(P.File)},
                {"line", P.Line},
                {"column", P.Column},
                {"offset", P.Offset}};
}

static Value toJSON(const ResultNote &N) {
  return Object{{"where", toJSON(N.Where)}, {"what", utf8(N.What)}};
}

static Value toJSON(const ResultEdit &E) {
  return Object{{"file", utf8(E.File)},
                {"offset", E.Offset},
                {"length", E.Length},
                {"replacement", utf8(E.Replacement)}};
}

static Value toJSON(const ResultFix &F) {
  Array Edits;
  for (const ResultEdit &Edit : F.Edits)
    Edits.push_back(toJSON(Edit));
  return Object{
      {"title", utf8(F.Title)}, {"safe", F.Safe}, {"edits", std::move(Edits)}};
}

static Value toJSON(const ResultFinding &F) {
  Array Notes, Fixes;
  for (const ResultNote &Note : F.Notes)
    Notes.push_back(toJSON(Note));
  for (const ResultFix &Fix : F.Fixes)
    Fixes.push_back(toJSON(Fix));
  return Object{{"check", F.Check},
                {"where", toJSON(F.Where)},
                {"what", utf8(F.What)},
                {"notes", std::move(Notes)},
                {"fixes", std::move(Fixes)}};
}

Value toJSON(const FileResult &R) {
  Array Findings, Errors;
  for (const ResultFinding &Finding : R.Findings)
    Findings.push_back(toJSON(Finding));
  for (const ResultFinding &Error : R.Errors)
    Errors.push_back(toJSON(Error));
  return Object{
      {"file", utf8(R.File)},        {"findings", std::move(Findings)},
      {"errors", std::move(Errors)}, {"errorCount", R.ErrorCount},
      {"facts", utf8(R.Facts)},      {"failure", utf8(R.Failure)}};
}

namespace {

/// LLVM reads no `unsigned`.
bool mapUnsigned(ObjectMapper &O, llvm::StringLiteral Key, unsigned &Number) {
  int64_t Wide = 0;
  if (!O.map(Key, Wide))
    return false;
  Number = static_cast<unsigned>(Wide);
  return true;
}

} // namespace

// Found by argument-dependent lookup from ObjectMapper.

static bool fromJSON(const Value &V, Place &P, Path At) {
  ObjectMapper O(V, At);
  return O && O.map("file", P.File) && mapUnsigned(O, "line", P.Line) &&
         mapUnsigned(O, "column", P.Column) &&
         mapUnsigned(O, "offset", P.Offset);
}

static bool fromJSON(const Value &V, ResultNote &N, Path At) {
  ObjectMapper O(V, At);
  return O && O.map("where", N.Where) && O.map("what", N.What);
}

static bool fromJSON(const Value &V, ResultEdit &E, Path At) {
  ObjectMapper O(V, At);
  return O && O.map("file", E.File) && mapUnsigned(O, "offset", E.Offset) &&
         mapUnsigned(O, "length", E.Length) &&
         O.map("replacement", E.Replacement);
}

static bool fromJSON(const Value &V, ResultFix &F, Path At) {
  ObjectMapper O(V, At);
  return O && O.map("title", F.Title) && O.map("safe", F.Safe) &&
         O.map("edits", F.Edits);
}

static bool fromJSON(const Value &V, ResultFinding &F, Path At) {
  ObjectMapper O(V, At);
  return O && O.map("check", F.Check) && O.map("where", F.Where) &&
         O.map("what", F.What) && O.map("notes", F.Notes) &&
         O.map("fixes", F.Fixes);
}

static bool fromJSON(const Value &V, FileResult &R, Path At) {
  ObjectMapper O(V, At);
  return O && O.map("file", R.File) && O.map("findings", R.Findings) &&
         O.map("errors", R.Errors) &&
         mapUnsigned(O, "errorCount", R.ErrorCount) &&
         O.map("facts", R.Facts) && O.map("failure", R.Failure);
}

std::optional<FileResult> fileResultFromJSON(const Value &V) {
  FileResult Result;
  Path::Root Root;
  if (!fromJSON(V, Result, Root))
    return std::nullopt;
  return Result;
}

} // namespace corolint
