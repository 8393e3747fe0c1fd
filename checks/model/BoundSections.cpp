/// \file
/// Sections that one call begins and another ends, both in the same thread.

#include "checks/model/BoundAnalysis.h"

#include "checks/roles/ClassWalk.h"
#include "checks/roles/StmtSearch.h"

#include "llvm/ADT/STLExtras.h"

namespace corolint {
namespace {

using namespace clang;

/// How far helpers of helpers are followed.
constexpr unsigned MaxDepth = 3;

/// The name of what \p Call calls, as role files spell it; what an unresolved
/// call calls is known by its last component only.
std::string nameOfCall(const CallExpr &Call) {
  const auto *Callee = dyn_cast_or_null<NamedDecl>(Call.getCalleeDecl());
  return Callee ? Roles::nameOf(*Callee) : calleeName(Call).str();
}

/// The role of \p Call if it begins a section.
const Role *sectionBegunBy(const CallExpr &Call, const Roles &R) {
  const Role *Said = R.ofCall(Call, RoleKind::ThreadBound);
  return Said && !Said->get("until").empty() ? Said : nullptr;
}

bool isNamed(llvm::StringRef Name, llvm::StringRef End) {
  return Name == End ||
         (!Name.contains("::") && End.rsplit("::").second == Name);
}

} // namespace

/// The call that leaves a section open: \p Call itself, or the one that the
/// body it runs makes unconditionally.
const CallExpr *BoundAnalysis::beginning(const CallExpr &Call) const {
  if (sectionBegunBy(Call, R))
    return &Call;
  const Function *Helper = Model.find(Call.getDirectCallee());
  if (!Helper || Helper->isCoroutine())
    return nullptr;
  for (const Stmt *S : Helper->Body->children()) {
    const auto *E = dyn_cast_or_null<Expr>(S);
    const auto *Inner = E ? dyn_cast<CallExpr>(skipWrappers(E)) : nullptr;
    const Role *Said = Inner ? sectionBegunBy(*Inner, R) : nullptr;
    if (!Said || Said->is("try", "yes"))
      continue;
    std::set<std::string> Called;
    callsIn(Helper->Body, /*Depth=*/0, Called);
    if (!ends(Said->list("until"), Called))
      return Inner;
  }
  return nullptr;
}

bool BoundAnalysis::ends(llvm::ArrayRef<llvm::StringRef> Until,
                         const std::set<std::string> &Called) {
  return llvm::any_of(Called, [&](llvm::StringRef Name) {
    return llvm::any_of(
        Until, [&](llvm::StringRef End) { return isNamed(Name, End); });
  });
}

/// Collects the names of what \p Body calls, also in functions of this file.
void BoundAnalysis::callsIn(const Stmt *Body, unsigned Depth,
                            std::set<std::string> &Names) const {
  anyStmt(Body, [&](const Stmt &S) {
    if (const auto *Lambda = dyn_cast<LambdaExpr>(&S))
      callsIn(Lambda->getBody(), Depth, Names);
    const auto *Call = dyn_cast<CallExpr>(&S);
    if (!Call)
      return false;
    Names.insert(nameOfCall(*Call));
    const Function *Next = Model.find(Call->getDirectCallee());
    if (Next && !Next->isCoroutine() && Depth < MaxDepth)
      callsIn(Next->Body, Depth + 1, Names);
    return false;
  });
}

/// \returns whether there was one.
bool BoundAnalysis::endSections(State &S, const std::set<std::string> &Called,
                                SourceLocation Where, bool Undoes) {
  const size_t Before = S.size();
  llvm::erase_if(S, [&](const Entry &E) {
    Subject &Of = Table[E.Subject];
    if (Of.Is != BoundScope::Kind::Section || !ends(Of.Until, Called))
      return false;
    Of.Undone |= E.Suspended && Undoes;
    Trail.end(E.Subject, Where);
    return true;
  });
  return S.size() != Before;
}

void BoundAnalysis::section(const CallExpr &Call, Path &P,
                            llvm::SmallVectorImpl<Path> &Forks) {
  const SourceLocation Where = Call.getBeginLoc();
  const auto IsOpen = [&](const Entry &E) {
    return Table[E.Subject].Is == BoundScope::Kind::Section;
  };
  if (llvm::any_of(P.S, IsOpen)) {
    std::set<std::string> Called{nameOfCall(Call)};
    if (const Function *Helper = Model.find(Call.getDirectCallee());
        Helper && !Helper->isCoroutine())
      callsIn(Helper->Body, /*Depth=*/0, Called);
    // Where one function begins and ends: `eglMakeCurrent` says by its
    // arguments that it begins anew, which takes nothing back; `uselocale(old)`
    // does not begin another.
    const Role *Again = sectionBegunBy(Call, R);
    const bool Anew = Again && !Again->get("harmless-when").empty();
    if (endSections(P.S, Called, Where, /*Undoes=*/!Anew) && Again && !Anew)
      return;
  }
  const CallExpr *Begin = beginning(Call);
  if (!Begin)
    return;
  const Role &Said = *sectionBegunBy(*Begin, R);
  const std::string Name = nameOfCall(*Begin);
  const unsigned Of =
      intern(&Said, {BoundScope::Kind::Section,
                     llvm::StringRef(Name).rsplit("::").second.empty()
                         ? Name
                         : llvm::StringRef(Name).rsplit("::").second.str(),
                     Said.get("reason").str(), "", Said.list("until")});
  if (Said.is("try", "yes")) {
    Path Failed = P;
    Tests.assumeResult(&Call, false, Failed.Facts);
    Forks.push_back(std::move(Failed));
    Tests.assumeResult(&Call, true, P.Facts);
  }
  set(P.S, Of, Alive, Where);
}

/// A destructor, or a lambda that it runs, can end a section.
void BoundAnalysis::destroy(const VarDecl &Var, State &S,
                            SourceLocation Where) {
  const NamedDecl *Class = Roles::classOf(Var.getType());
  const CXXRecordDecl *Definition = Class ? patternOf(*Class) : nullptr;
  const CXXDestructorDecl *Destructor =
      Definition ? destructorOf(*Definition) : nullptr;
  if (S.empty())
    return;
  std::set<std::string> Called;
  if (Destructor)
    callsIn(bodyOf(*Destructor), /*Depth=*/0, Called);
  anyStmt(Var.getInit(), [&](const Stmt &Part) {
    if (const auto *Lambda = dyn_cast<LambdaExpr>(&Part))
      callsIn(Lambda->getBody(), /*Depth=*/0, Called);
    return false;
  });
  endSections(S, Called, Where, /*Undoes=*/true);
}

} // namespace corolint
