/// \file
/// Calls that the source does not spell out: by defaults, by special members
/// that nobody wrote, by library functions that make or destroy an object.

#ifndef COROLINT_CHECKS_MODEL_IMPLIEDCALLS_H
#define COROLINT_CHECKS_MODEL_IMPLIEDCALLS_H

#include "checks/model/CallSites.h"

#include <vector>

namespace corolint {

/// The calls and constructions in \p E, those in defaults that it uses
/// included, and not those in lambdas or in operands that are not evaluated.
std::vector<const clang::Expr *> callsIn(const clang::Expr &E);

/// The destructor of a \p T or of an array of them; nullptr if it is trivial or
/// \p T is no class.
const clang::CXXDestructorDecl *destructorOf(clang::QualType T);

/// Adds to \p Sites what runs when a \p T at \p Where is destroyed: its
/// destructor, or those of the objects that a class of the standard library
/// holds and that are known to be there.
void addDestroyed(clang::QualType T, clang::SourceLocation Where,
                  std::vector<CallSite> &Sites);

/// The same for the elements of a \p T, if that is a container of the standard
/// library.
void addElements(clang::QualType T, clang::SourceLocation Where,
                 std::vector<CallSite> &Sites);

/// The constructors that \p Call, by its role, runs for the object that it
/// makes (`std::make_unique<T>(…)`): one of these. Empty if it makes none or
/// its constructors are not known.
CallTargets constructorsOf(const clang::Expr &Call, const Roles &R);

/// The calls of \p Special, a constructor or destructor without a body of its
/// own.
CallsOfFunction callsOfImplicit(const clang::FunctionDecl &Special,
                                const Roles &R);

} // namespace corolint

#endif
