using Lab.Libvirt;

namespace Lab.Tests.Libvirt;

/// <summary>A test that asks a real libvirtd; skipped with the reason where none can run.</summary>
public sealed class LibvirtFactAttribute : FactAttribute
{
    public LibvirtFactAttribute() => Skip = PrivateLibvirtd.WhyNot;
}
