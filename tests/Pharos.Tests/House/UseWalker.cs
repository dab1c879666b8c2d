using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Pharos.Tests.House;

/// <summary>Looks up every name of one file. Comments are not looked at, and a <c>using</c> alone is no use.</summary>
sealed class UseWalker(SemanticModel model, SyntaxTree tree, List<FolderUse> found, List<string> qualified) : CSharpSyntaxWalker
{
    readonly string folder = SourceProject.FolderOf(tree.FilePath);

    public override void VisitUsingDirective(UsingDirectiveSyntax node)
    {
    }

    public override void VisitFileScopedNamespaceDeclaration(FileScopedNamespaceDeclarationSyntax node)
    {
        foreach (var member in node.Members) Visit(member);
    }

    public override void VisitIdentifierName(IdentifierNameSyntax node) => Look(node);

    public override void VisitGenericName(GenericNameSyntax node)
    {
        Look(node);
        base.VisitGenericName(node);
    }

    /// <summary><c>new(…)</c> names no type and uses one.</summary>
    public override void VisitImplicitObjectCreationExpression(ImplicitObjectCreationExpressionSyntax node)
    {
        Look(node);
        base.VisitImplicitObjectCreationExpression(node);
    }

    public override void VisitQualifiedName(QualifiedNameSyntax node)
    {
        Refuse(node, node.Left, node.Right);
        base.VisitQualifiedName(node);
    }

    public override void VisitMemberAccessExpression(MemberAccessExpressionSyntax node)
    {
        Refuse(node, node.Expression, node.Name);
        base.VisitMemberAccessExpression(node);
    }

    public override void VisitAliasQualifiedName(AliasQualifiedNameSyntax node)
    {
        Look(node.Name);
        base.VisitAliasQualifiedName(node);
    }

    void Look(ExpressionSyntax node)
    {
        if (DeclaredBy(node) is not { } type || type.DeclaringSyntaxReferences is not [var declaration, ..]) return;
        var other = SourceProject.FolderOf(declaration.SyntaxTree.FilePath);
        if (other != folder) found.Add(new(folder, other, SourceProject.Place(node), type.Name));
    }

    void Refuse(SyntaxNode whole, ExpressionSyntax left, SimpleNameSyntax right)
    {
        if (model.GetSymbolInfo(left).Symbol is not INamespaceSymbol || DeclaredBy(right) is not { DeclaringSyntaxReferences: [var declaration, ..] } type) return;
        var other = SourceProject.FolderOf(declaration.SyntaxTree.FilePath);
        if (FolderUse.Top(other) != FolderUse.Top(folder)) qualified.Add($"{SourceProject.Place(whole)} writes {whole}; name {type.Name} behind a using");
    }

    /// <summary>The type that the name means, or whose member it means.</summary>
    INamedTypeSymbol? DeclaredBy(ExpressionSyntax node)
    {
        var info = model.GetSymbolInfo(node);
        return (info.Symbol ?? info.CandidateSymbols.FirstOrDefault()) switch
        {
            INamedTypeSymbol type => type.OriginalDefinition,
            IMethodSymbol { ReducedFrom: { } extension } => extension.ContainingType,
            IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol => (info.Symbol ?? info.CandidateSymbols[0]).ContainingType?.OriginalDefinition,
            _ => null,
        };
    }
}
