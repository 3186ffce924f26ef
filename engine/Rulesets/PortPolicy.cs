using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Engine.Rulesets;

/// <summary>A port device and the program that is to rule it; the device need not exist yet.</summary>
public sealed record PortPolicy(InterfaceName Device, FilterProgram Program)
{
    /// <summary>The device is a macvtap: the host sees the guest's frames leave and those for it arrive.</summary>
    public bool IsMacvtap { get; init; }
}

/// <summary>What a lowering made, or why it would have had to make something weaker than the filter.</summary>
/// <param name="Value">Null exactly when a diagnostic is an error; then nothing may be loaded.</param>
public sealed record Lowered<T>(T? Value, ImmutableArray<Diagnostic> Diagnostics)
    where T : class;
