using System.Collections.Immutable;
using Lab.Engine.Diagnostics;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Engine.Rulesets;

/// <summary>A port device and the program that is to rule it; the device need not exist yet.</summary>
/// <param name="Rules">The program as what it shares with other ports and what is its own.</param>
public sealed record PortPolicy(InterfaceName Device, PortProgram Rules)
{
    /// <summary>A port whose program has no kin.</summary>
    public PortPolicy(InterfaceName device, FilterProgram program) : this(device, PortProgram.Of(program))
    {
    }

    /// <summary>The whole program.</summary>
    public FilterProgram Program => Rules.Whole;

    /// <summary>The device is a macvtap: the host sees the guest's frames leave and those for it arrive.</summary>
    public bool IsMacvtap { get; init; }
}

/// <summary>What a lowering made, or why it would have had to make something weaker than the filter.</summary>
/// <param name="Value">Null exactly when a diagnostic is an error; then nothing may be loaded.</param>
public sealed record Lowered<T>(T? Value, ImmutableArray<Diagnostic> Diagnostics)
    where T : class;
