using System.Diagnostics;

namespace Lab.Engine.Filters.Interfaces;

/// <summary>One virtual port out of what an interface, its port group and its network say (switching.md sections 3.2 and 6.1).</summary>
/// <remarks>As libvirt's virNetDevVPortProfileMerge3: what one leaves open another may say, and none may contradict another.</remarks>
public sealed class VirtualPortMerge
{
    private static readonly Untyped Nothing = new(null, null, null, null, null, null);

    private readonly List<string> _mistakes = [];

    private VirtualPortMerge()
    {
    }

    /// <param name="ports">In order of precedence; null where there is none.</param>
    /// <param name="newInstance">Makes up an identity where nobody gave one.</param>
    /// <returns>Null when nobody says anything; else the port, and all that is wrong with it.</returns>
    public static (VirtualPort? Port, IReadOnlyList<string> Mistakes) Of(IEnumerable<VirtualPort?> ports, Func<Guid> newInstance)
    {
        VirtualPortMerge merge = new();
        (string? Type, Untyped Values)[] said = [.. ports.OfType<VirtualPort>().Select(Open)];
        VirtualPort? port = said.Length == 0 ? null : merge.Close(
            merge.Only("type", said.Select(one => one.Type)),
            said.Select(one => one.Values).Aggregate(Nothing, merge.Join), newInstance);
        return (port, merge._mistakes);
    }

    private static (string? Type, Untyped Values) Open(VirtualPort port) => port switch
    {
        Qbg qbg => ("802.1Qbg", Nothing with { ManagerId = qbg.ManagerId, TypeId = qbg.TypeId, TypeIdVersion = qbg.TypeIdVersion, InstanceId = qbg.InstanceId }),
        Qbh qbh => ("802.1Qbh", Nothing with { ProfileId = qbh.ProfileId }),
        OpenVSwitch open => ("openvswitch", Nothing with { InterfaceId = open.InterfaceId, ProfileId = open.ProfileId }),
        Midonet midonet => ("midonet", Nothing with { InterfaceId = midonet.InterfaceId }),
        Untyped untyped => (null, untyped),
        _ => throw new UnreachableException($"virtual ports are a closed family, without {port}"),
    };

    private Untyped Join(Untyped one, Untyped other) => new(
        Same("managerid", one.ManagerId, other.ManagerId), Same("typeid", one.TypeId, other.TypeId),
        Same("typeidversion", one.TypeIdVersion, other.TypeIdVersion), Same("instanceid", one.InstanceId, other.InstanceId),
        Same("interfaceid", one.InterfaceId, other.InterfaceId), Only("profileid", [one.ProfileId, other.ProfileId]));

    private VirtualPort? Close(string? type, Untyped values, Func<Guid> newInstance) => type switch
    {
        "802.1Qbg" => new Qbg(
            Needed("managerid", values.ManagerId), Needed("typeid", values.TypeId), Needed("typeidversion", values.TypeIdVersion),
            values.InstanceId ?? newInstance()),
        "802.1Qbh" => new Qbh(values.ProfileId ?? Missing("profileid", "")),
        "openvswitch" => new OpenVSwitch(values.InterfaceId ?? newInstance(), values.ProfileId),
        "midonet" => new Midonet(Needed("interfaceid", values.InterfaceId)),
        _ => Missing<VirtualPort?>("type", null),
    };

    private T? Same<T>(string parameter, T? one, T? other) where T : struct, IEquatable<T>
    {
        Contradict(parameter, one, other, one is { } first && other is { } second && !first.Equals(second));
        return one ?? other;
    }

    private string? Only(string parameter, IEnumerable<string?> values) => values.Aggregate((one, other) =>
    {
        Contradict(parameter, one, other, one is not null && other is not null && one != other);
        return one ?? other;
    });

    private void Contradict(string parameter, object? one, object? other, bool really)
    {
        if (really)
        {
            _mistakes.Add($"the virtual port's {parameter} is both '{one}' and '{other}'");
        }
    }

    private T Needed<T>(string parameter, T? value) where T : struct => value ?? Missing(parameter, default(T));

    private T Missing<T>(string parameter, T instead)
    {
        _mistakes.Add($"nobody says the virtual port's {parameter}");
        return instead;
    }
}
