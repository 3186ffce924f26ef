using System.Collections.Immutable;
using Lab.Engine.Apply;
using Lab.Engine.Packets;
using Lab.Engine.Rulesets;

namespace Lab.Kernel.Hosts;

/// <summary>What a host's ports enforce: on bridges under the backend's rules, and macvtaps where alone they can be ruled, at the device.</summary>
internal sealed class HostPolicies
{
    private readonly EnforcedPolicies _bridged, _direct; // one and the same where the backend rules devices

    public HostPolicies(IBackend backend)
    {
        _bridged = new(backend);
        _direct = backend is NetdevBackend ? _bridged : new(new NetdevBackend());
    }

    /// <summary>What was prepared for both kinds of port, in this order.</summary>
    /// <returns>Carries the change out.</returns>
    /// <exception cref="Lab.Contract.Testbeds.TestbedException">The backend cannot express a policy.</exception>
    public Action<KernelFirewall> Prepare(ImmutableArray<PortPolicy> wanted)
    {
        ILookup<EnforcedPolicies, PortPolicy> policies = wanted.ToLookup(policy => policy.IsMacvtap ? _direct : _bridged);
        Action<KernelFirewall> rules = _bridged.Prepare([.. policies[_bridged]]);
        return _direct == _bridged ? rules : rules + _direct.Prepare([.. policies[_direct]]);
    }

    /// <summary>For a guest that leaves one device for another of its kind.</summary>
    public Action<KernelFirewall> PrepareMove(InterfaceName left, InterfaceName taken, bool isMacvtap) =>
        (isMacvtap ? _direct : _bridged).PrepareMove(left, taken);

    /// <summary>Somebody has flushed the kernel's rules.</summary>
    public void Lose()
    {
        _bridged.Lose();
        _direct.Lose();
    }
}
