using Lab.Libvirt;

namespace Lab.Tests.Libvirt;

/// <summary>As <see cref="LibvirtFactAttribute"/>, for a test with data.</summary>
public sealed class LibvirtTheoryAttribute : TheoryAttribute
{
    public LibvirtTheoryAttribute() => Skip = PrivateLibvirtd.WhyNot;
}
