/// \file
/// Names of declarations and types as role files spell them.

#include "checks/roles/Names.h"
#include "checks/roles/Roles.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/Type.h"

using namespace clang;

namespace corolint {

std::string unqualifiedName(DeclarationName Name) {
  if (Name.isIdentifier()) {
    const IdentifierInfo *Id = Name.getAsIdentifierInfo();
    return Id ? Id->getName().str() : std::string();
  }
  switch (Name.getNameKind()) {
  case DeclarationName::CXXConstructorName:
  case DeclarationName::CXXDestructorName: {
    const NamedDecl *Class = Roles::classOf(Name.getCXXNameType());
    if (!Class)
      return {};
    bool Destructor = Name.getNameKind() == DeclarationName::CXXDestructorName;
    return (Destructor ? "~" : "") + unqualifiedName(*Class);
  }
  default:
    return Name.getAsString();
  }
}

std::string unqualifiedName(const NamedDecl &D) {
  return unqualifiedName(D.getDeclName());
}

std::string Roles::nameOf(const NamedDecl &D) {
  std::string Name = unqualifiedName(D);
  if (Name.empty())
    return {};
  for (const DeclContext *Scope = D.getDeclContext(); Scope;
       Scope = Scope->getParent()) {
    if (Scope->isTranslationUnit())
      return Name;
    if (Scope->isFunctionOrMethod())
      return {};
    if (const auto *Namespace = dyn_cast<NamespaceDecl>(Scope)) {
      if (!Namespace->isInline() && !Namespace->isAnonymousNamespace())
        Name = Namespace->getName().str() + "::" + Name;
    } else if (const auto *Record = dyn_cast<RecordDecl>(Scope)) {
      const NamedDecl *Named = Record;
      if (const TypedefNameDecl *Typedef = Record->getTypedefNameForAnonDecl())
        Named = Typedef;
      std::string Class = unqualifiedName(*Named);
      if (Class.empty())
        return {};
      Name = Class + "::" + Name;
    } else if (const auto *Enum = dyn_cast<EnumDecl>(Scope);
               Enum && Enum->isScoped()) {
      Name = Enum->getName().str() + "::" + Name;
    }
  }
  return Name;
}

const NamedDecl *Roles::classOf(QualType T) {
  while (!T.isNull()) {
    const Type *Ty = T.getTypePtr();
    if (const auto *Record = dyn_cast<RecordType>(Ty))
      return Record->getDecl();
    if (const auto *Injected = dyn_cast<InjectedClassNameType>(Ty))
      return Injected->getDecl();
    QualType Next = Ty->getLocallyUnqualifiedSingleStepDesugaredType();
    if (Next.getTypePtr() != Ty) {
      T = Next;
      continue;
    }
    TemplateName Template;
    if (const auto *Special = dyn_cast<TemplateSpecializationType>(Ty))
      Template = Special->getTemplateName();
    else if (const auto *Deduced =
                 dyn_cast<DeducedTemplateSpecializationType>(Ty))
      Template = Deduced->getTemplateName();
    return Template.isNull() ? nullptr
                             : dyn_cast_or_null<ClassTemplateDecl>(
                                   Template.getAsTemplateDecl());
  }
  return nullptr;
}

} // namespace corolint
