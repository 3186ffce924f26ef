using Lab.Engine.Diagnostics;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Engine.Rulesets.Nftables;

/// <summary>The programs of ports on no bridge, macvtaps above all, in the netdev family.</summary>
/// <remarks>
/// <code>
///               what the guest sends            what the guest receives
///   tap, veth   ingress: layer 2, layer 3       egress:  layer 3, layer 2
///   macvtap     egress:  layer 2, layer 3       ingress: layer 3, layer 2
/// </code>
/// The order of the layers is that of nwfilter.md section 4.1. Connection tracking and bridge hooks never see these
/// frames, so a stateful rule is refused here.
/// </remarks>
public static class DeviceRuleset
{
    private const int First = -300, Second = -299;

    public static Lowered<NftRuleset> Lower(IReadOnlyCollection<PortPolicy> ports)
    {
        List<Diagnostic> refusals = [.. BridgeRuleset.Unfit(ports)];
        refusals.AddRange(ports.Where(port => port.Rules.Family.Example.Meaning == Meaning.Strict).SelectMany(Rejects));
        List<PortGroup> groups = [];
        foreach (bool macvtap in new[] { false, true })
        {
            ShapeReader reader = new(macvtap ? StageKind.Macvtap : StageKind.Alone);
            groups.AddRange(ports.Where(port => port.IsMacvtap == macvtap)
                .Select(port => (port.Device, Shaped: reader.Read(port.Rules)))
                .GroupBy(port => port.Shaped.Shape)
                .Select(shape => PortGroup.Of(shape.Key, [.. shape.Select(port => new ShapedPort(port.Device, port.Shaped.Values))])));
        }

        refusals.AddRange(groups.SelectMany(group => group.Class.Refusals));
        NftTable table = new(
            NftFamily.Netdev,
            BridgeRuleset.TableName,
            [.. BridgeRuleset.SetsOf(groups), .. BridgeRuleset.Octets(groups), .. Kinds(groups).Select(kind => Map(kind, groups))],
            [.. BridgeRuleset.ChainsOf(groups), .. Kinds(groups).Select(kind => Base(kind, groups))]);
        return new(refusals.Count > 0 ? null : new(ports.Count == 0 ? [] : [table]), [.. refusals.Distinct()]);
    }

    /// <summary>Dropped in silence where libvirt's meaning is asked for; who asks for the strict one hears of it.</summary>
    private static IEnumerable<Diagnostic> Rejects(PortPolicy port) =>
        from stages in new[] { port.Rules.Family.Example.Ipv4, port.Rules.Family.Example.Ipv6 }
        where stages is not null
        from stage in new[] { stages.FromGuestForwarded, stages.ToGuestForwarded }
        from rule in stage.Chains.SelectMany(chain => chain.Rules)
        where rule.Verdict.Kind == VerdictKind.Reject
        select DiagnosticTable.Inexpressible.At(rule.Origin.Position, $"a packet of {port.Device} can be dropped but not rejected, since it is on no bridge");

    private static IEnumerable<StageKind> Kinds(IEnumerable<PortGroup> groups) =>
        groups.SelectMany(group => group.Class.Roots.Select(root => root.Kind)).Distinct();

    private static NftSet Map(StageKind kind, IEnumerable<PortGroup> groups) =>
        BridgeRuleset.Map(kind, Entries(kind, groups).Select(entry => new NftElement(entry.Port, [], entry.Chain)));

    private static IEnumerable<(InterfaceName Port, string Chain)> Entries(StageKind kind, IEnumerable<PortGroup> groups) =>
        groups.SelectMany(group => group.Class.Roots.Where(root => root.Kind == kind).SelectMany(root => group.Ports.Select(port => (port.Device, root.Chain))));

    private static NftChain Base(StageKind kind, IEnumerable<PortGroup> groups)
    {
        NftVerdictMap map = new([kind.Device], kind.Map);
        NftHookPoint point = kind.Device == NftMeta.InputInterface ? NftHookPoint.Ingress : NftHookPoint.Egress;
        return new(
            $"{kind.Name}-guests",
            new(point, kind.Type is null == kind.IsFromGuest ? First : Second) { Devices = [.. Entries(kind, groups).Select(entry => entry.Port)] },
            [new(kind.Type is { } type ? [new NftCompare(NftFields.EtherType, new NftNumber((ushort)type)), map] : [map], null)]);
    }
}
