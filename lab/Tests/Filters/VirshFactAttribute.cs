namespace Lab.Tests.Filters;

/// <summary>A test that needs virsh, and neither a daemon nor privileges.</summary>
public sealed class VirshFactAttribute : FactAttribute
{
    public VirshFactAttribute() => Skip = WhyNot;

    public static string? WhyNot { get; } = File.Exists("/usr/bin/virsh") ? null : "virsh is not installed";
}

/// <summary>As <see cref="VirshFactAttribute"/>, for theories.</summary>
public sealed class VirshTheoryAttribute : TheoryAttribute
{
    public VirshTheoryAttribute() => Skip = VirshFactAttribute.WhyNot;
}
