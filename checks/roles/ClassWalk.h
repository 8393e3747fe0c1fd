/// \file
/// Walking a class, its definition and its bases, also in templates that are
/// not instantiated.

#ifndef COROLINT_CHECKS_ROLES_CLASSWALK_H
#define COROLINT_CHECKS_ROLES_CLASSWALK_H

#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/Type.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace corolint {

/// \returns the definition to look at for members of \p Class (a class or a
/// class template): its own, or that of the template it would be made from;
/// nullptr if neither is there.
const clang::CXXRecordDecl *definitionOf(const clang::NamedDecl &Class);

/// The same, but the template's own definition wherever there is one: its
/// member functions have bodies even if an instantiation's have not.
const clang::CXXRecordDecl *patternOf(const clang::NamedDecl &Class);

/// \returns one declaration for all specialisations of \p Class: its template;
/// a class that is no template stands for itself.
const clang::Decl *templateKey(const clang::NamedDecl &Class);

/// Calls \p Visit for \p Class and then its bases, nearest first, until it
/// returns true. \returns whether it did.
bool anyClassOf(const clang::NamedDecl &Class,
                llvm::function_ref<bool(const clang::NamedDecl &)> Visit);

/// \returns the members called \p Name (functions, function templates, types),
/// those of \p Class itself or else of its nearest base that has some.
llvm::SmallVector<const clang::NamedDecl *, 4>
membersOf(const clang::NamedDecl &Class, llvm::StringRef Name);

/// The same for functions only, templates as their pattern.
llvm::SmallVector<const clang::CXXMethodDecl *, 4>
methodsOf(const clang::NamedDecl &Class, llvm::StringRef Name);

/// \returns the destructor that \p Definition declares; in a template, where
/// none is selected yet, the first one.
const clang::CXXDestructorDecl *
destructorOf(const clang::CXXRecordDecl &Definition);

/// Calls \p Visit for each type among the template arguments that \p T is
/// written with, packs taken apart.
void eachTypeArgument(clang::QualType T,
                      llvm::function_ref<void(clang::QualType)> Visit);

/// \returns the body of \p F, or of the template it was made from.
const clang::Stmt *bodyOf(const clang::FunctionDecl &F);

} // namespace corolint

#endif
