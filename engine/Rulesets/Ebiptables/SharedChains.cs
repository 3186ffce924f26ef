namespace Lab.Engine.Rulesets.Ebiptables;

/// <summary>The chains that all ports share, made with the first port that has rules of the family (nwfilter.md section 4.4).</summary>
internal static class SharedChains
{
    public const string In = "libvirt-in";
    public const string Out = "libvirt-out";
    public const string InPost = "libvirt-in-post";
    public const string HostIn = "libvirt-host-in";

    /// <summary>Chain, the built-in chain that jumps to it, and the position of that jump.</summary>
    public static readonly (string Name, string From, int Position)[] Jumps =
    [
        (In, "FORWARD", 1), (Out, "FORWARD", 2), (InPost, "FORWARD", 3), (HostIn, "INPUT", 1),
    ];

    /// <summary>The jump as <c>-A</c> and <c>-D</c> take it.</summary>
    public static string Hook((string Name, string From, int Position) jump) => $"{jump.From} -j {jump.Name}";
}
