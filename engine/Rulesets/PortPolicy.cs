using System.Collections.Immutable;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Engine.Rulesets;

/// <summary>A port device and the program that is to rule it; the device need not exist yet.</summary>
public sealed record PortPolicy(InterfaceName Device, FilterProgram Program);

/// <summary>A rule that a backend cannot express without weakening it; nothing is loaded then.</summary>
/// <param name="Reason">One sentence without a full stop that names the feature that is missing.</param>
public sealed record Refusal(InterfaceName Device, Origin Origin, string Reason)
{
    public override string ToString() => $"{Origin.Position}: error: {Reason} (filter {Origin.Filter} on {Device})";
}

/// <param name="Value">Null exactly when something was refused.</param>
public sealed record Lowered<T>(T? Value, ImmutableArray<Refusal> Refusals)
    where T : class;
