/// \file
/// Walking a class, its definition and its bases.

#include "checks/roles/ClassWalk.h"
#include "checks/roles/Roles.h"

#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace corolint {
namespace {

const CXXRecordDecl *recordOf(const NamedDecl &Class) {
  if (const auto *Template = dyn_cast<ClassTemplateDecl>(&Class))
    return Template->getTemplatedDecl();
  return dyn_cast<CXXRecordDecl>(&Class);
}

void eachType(llvm::ArrayRef<TemplateArgument> Args,
              llvm::function_ref<void(QualType)> Visit) {
  for (const TemplateArgument &Arg : Args) {
    if (Arg.getKind() == TemplateArgument::Type)
      Visit(Arg.getAsType());
    else if (Arg.getKind() == TemplateArgument::Pack)
      eachType(Arg.pack_elements(), Visit);
  }
}

} // namespace

const CXXRecordDecl *definitionOf(const NamedDecl &Class) {
  const CXXRecordDecl *Record = recordOf(Class);
  if (!Record)
    return nullptr;
  if (const CXXRecordDecl *Definition = Record->getDefinition())
    return Definition;
  return patternOf(Class);
}

const CXXRecordDecl *patternOf(const NamedDecl &Class) {
  const CXXRecordDecl *Record = recordOf(Class);
  if (!Record)
    return nullptr;
  if (const CXXRecordDecl *Pattern = Record->getTemplateInstantiationPattern())
    if (const CXXRecordDecl *Definition = Pattern->getDefinition())
      return Definition;
  // A specialisation that nothing needed complete does not know its pattern
  // yet; the primary template is the best guess.
  if (const auto *Special = dyn_cast<ClassTemplateSpecializationDecl>(Record);
      Special && !Special->getDefinition() &&
      !Special->isExplicitSpecialization())
    return Special->getSpecializedTemplate()
        ->getTemplatedDecl()
        ->getDefinition();
  return Record->getDefinition();
}

const Decl *templateKey(const NamedDecl &Class) {
  if (const auto *Special = dyn_cast<ClassTemplateSpecializationDecl>(&Class))
    return Special->getSpecializedTemplate()->getCanonicalDecl();
  if (const auto *Template = dyn_cast<ClassTemplateDecl>(&Class))
    return Template->getCanonicalDecl();
  if (const auto *Record = dyn_cast<CXXRecordDecl>(&Class))
    if (const ClassTemplateDecl *Template = Record->getDescribedClassTemplate())
      return Template->getCanonicalDecl();
  return Class.getCanonicalDecl();
}

bool anyClassOf(const NamedDecl &Class,
                llvm::function_ref<bool(const NamedDecl &)> Visit) {
  llvm::SmallVector<const NamedDecl *, 8> Queue{&Class};
  llvm::SmallPtrSet<const Decl *, 8> Seen;
  for (std::size_t I = 0; I != Queue.size(); ++I) {
    const NamedDecl *Next = Queue[I];
    if (!Seen.insert(Next->getCanonicalDecl()).second)
      continue;
    if (Visit(*Next))
      return true;
    const CXXRecordDecl *Definition = definitionOf(*Next);
    if (!Definition)
      continue;
    for (const CXXBaseSpecifier &Base : Definition->bases())
      if (const NamedDecl *BaseClass = Roles::classOf(Base.getType()))
        Queue.push_back(BaseClass);
  }
  return false;
}

llvm::SmallVector<const NamedDecl *, 4> membersOf(const NamedDecl &Class,
                                                  llvm::StringRef Name) {
  llvm::SmallVector<const NamedDecl *, 4> Found;
  anyClassOf(Class, [&](const NamedDecl &C) {
    const CXXRecordDecl *Definition = definitionOf(C);
    if (!Definition)
      return false;
    const IdentifierInfo &Id = Definition->getASTContext().Idents.get(Name);
    for (const NamedDecl *Member : Definition->lookup(&Id)) {
      if (const auto *Shadow = dyn_cast<UsingShadowDecl>(Member))
        Member = Shadow->getTargetDecl();
      if (!Member->isImplicit() || !isa<CXXRecordDecl>(Member))
        Found.push_back(Member);
    }
    return !Found.empty();
  });
  return Found;
}

llvm::SmallVector<const CXXMethodDecl *, 4> methodsOf(const NamedDecl &Class,
                                                      llvm::StringRef Name) {
  llvm::SmallVector<const CXXMethodDecl *, 4> Methods;
  for (const NamedDecl *Member : membersOf(Class, Name)) {
    if (const auto *Template = dyn_cast<FunctionTemplateDecl>(Member))
      Member = Template->getTemplatedDecl();
    if (const auto *Method = dyn_cast<CXXMethodDecl>(Member))
      Methods.push_back(Method);
  }
  return Methods;
}

const CXXDestructorDecl *destructorOf(const CXXRecordDecl &Definition) {
  if (const CXXDestructorDecl *Selected = Definition.getDestructor())
    return Selected;
  for (const CXXMethodDecl *Method : Definition.methods())
    if (const auto *Destructor = dyn_cast<CXXDestructorDecl>(Method))
      return Destructor;
  return nullptr;
}

void eachTypeArgument(QualType T, llvm::function_ref<void(QualType)> Visit) {
  if (const auto *Special = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
          T->getAsCXXRecordDecl()))
    eachType(Special->getTemplateArgs().asArray(), Visit);
  else if (const auto *Written = T->getAs<TemplateSpecializationType>())
    eachType(Written->template_arguments(), Visit);
}

const Stmt *bodyOf(const FunctionDecl &F) {
  if (const Stmt *Body = F.getBody())
    return Body;
  if (const FunctionDecl *Pattern = F.getTemplateInstantiationPattern())
    return Pattern->getBody();
  return nullptr;
}

} // namespace corolint
