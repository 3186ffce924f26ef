using Lab.Kernel;

namespace Lab.Tests.Kernel;

/// <summary>As <see cref="KernelFactAttribute"/>, for facts with several cases.</summary>
public sealed class KernelTheoryAttribute : TheoryAttribute
{
    private static readonly string? Reason = KernelTestbed.Unavailable();

    public KernelTheoryAttribute() => Skip = Reason;
}
