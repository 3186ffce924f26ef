using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Engine.Packets;
using Lab.Engine.Rulesets;
using Lab.Testbeds;

namespace Lab.Kernel;

/// <summary>The ports' policies as a kernel holds them under one backend; markers are let through whatever they say.</summary>
/// <remarks>A change is prepared first, so that a refusal leaves both the kernel and the devices as they are.</remarks>
internal sealed class EnforcedPolicies(IBackend backend)
{
    private ImmutableArray<PortPolicy> _inForce = [];
    private bool _loaded;

    /// <summary>What the kernel holds now.</summary>
    public ImmutableArray<PortPolicy> Held => _loaded ? _inForce : [];

    /// <returns>Carries the change out.</returns>
    /// <exception cref="TestbedException">The backend cannot express a policy.</exception>
    public Action<KernelFirewall> Prepare(ImmutableArray<PortPolicy> wanted)
    {
        Lowered<KernelChange> lowered = _loaded ? backend.Change(_inForce, wanted) : backend.Restore(ImmutableHashSet<string>.Empty, wanted);
        KernelChange rules = TestbedLimits.Accepted(lowered);
        return kernel =>
        {
            foreach (KernelCommand command in WithMarkersLetThrough(rules, wanted))
            {
                kernel.Run(command);
            }

            (_inForce, _loaded) = (wanted, true);
        };
    }

    /// <summary>For a guest that leaves one device for another; flushed rules stay away.</summary>
    public Action<KernelFirewall> PrepareMove(InterfaceName left, InterfaceName taken)
    {
        ImmutableArray<PortPolicy> wanted = [.. _inForce.Select(policy => policy.Device == left ? policy with { Device = taken } : policy)];
        return _loaded ? Prepare(wanted) : _ => _inForce = wanted;
    }

    /// <summary>Somebody has flushed the kernel's rules.</summary>
    public void Lose() => _loaded = false;

    /// <summary>The commands, and behind them the one for markers; a backend that replaces its tables has lost that rule.</summary>
    /// <remarks>Without policies there are no chains that could stop a marker, and none that could hold its rule.</remarks>
    private ImmutableArray<KernelCommand> WithMarkersLetThrough(KernelChange rules, ImmutableArray<PortPolicy> policies) =>
        policies.IsEmpty ? rules.Commands : rules.Commands.AddRange(MarkerFrame.LetThrough(backend.Name, policies));
}
