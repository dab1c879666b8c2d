using System.Reflection;
using System.Runtime.CompilerServices;
using Pharos.AspNetCore;

namespace Pharos.Tests.AspNetCore.PublicApi;

/// <summary>Pins what applications may build on: a change of it is a change of <c>Pharos.AspNetCore.txt</c>, seen in review.</summary>
public sealed class PublicApiTests
{
    const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void The_public_API_is_the_one_that_was_agreed()
    {
        var approved = Path.Combine(SourceFolder(), "Pharos.AspNetCore.txt");
        var found = string.Join('\n', typeof(PharosExtensions).Assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal).SelectMany(Describe)) + "\n";
        if (Environment.GetEnvironmentVariable("PHAROS_APPROVE") is "1") File.WriteAllText(approved, found);

        Assert.Equal(File.ReadAllText(approved), found); // PHAROS_APPROVE=1 writes it anew, when the change is meant.
    }

    static IEnumerable<string> Describe(Type type)
    {
        var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct" : typeof(Delegate).IsAssignableFrom(type) ? "delegate" : type is { IsAbstract: true, IsSealed: true } ? "static class" : type.IsSealed ? "sealed class" : "class";
        yield return $"{kind} {type.FullName}";
        var members = type.IsEnum ? type.GetFields(BindingFlags.Public | BindingFlags.Static) : type.GetMembers(Declared).Where(IsSeen);
        foreach (var line in members.Select(Text).OfType<string>().Order(StringComparer.Ordinal)) yield return $"    {line}";
    }

    static bool IsSeen(MemberInfo member) => !member.IsDefined(typeof(CompilerGeneratedAttribute)) && member switch
    {
        MethodBase method => (method.IsPublic || method.IsFamily) && (method is ConstructorInfo || !method.IsSpecialName),
        FieldInfo field => field.IsPublic,
        PropertyInfo property => property.GetMethod?.IsPublic == true,
        _ => false,
    };

    static string? Text(MemberInfo member) => member switch
    {
        FieldInfo { IsLiteral: true, FieldType.IsEnum: false } constant => $"const {Name(constant.FieldType)} {constant.Name} = {constant.GetRawConstantValue()}",
        FieldInfo field => field.Name,
        PropertyInfo property => $"{Name(property.PropertyType)} {property.Name} {{ get; {(property.SetMethod is { IsPublic: true } set ? set.ReturnParameter.GetRequiredCustomModifiers().Length > 0 ? "init; " : "set; " : "")}}}",
        ConstructorInfo constructor => $"new({Parameters(constructor)})",
        MethodInfo method => $"{(method.IsStatic ? "static " : "")}{Name(method.ReturnType)} {method.Name}({Parameters(method)})",
        _ => null,
    };

    static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter => $"{Name(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "null"}" : "")}"));

    static string Name(Type type) => type.IsGenericType
        ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.IsArray ? $"{Name(type.GetElementType()!)}[]" : type.Name;

    static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
