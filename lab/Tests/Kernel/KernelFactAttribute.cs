using Lab.Kernel;

namespace Lab.Tests.Kernel;

/// <summary>A fact about real devices; skipped, with the reason, where they cannot be had.</summary>
public sealed class KernelFactAttribute : FactAttribute
{
    private static readonly string? Reason = KernelTestbed.Unavailable();

    public KernelFactAttribute() => Skip = Reason;
}
