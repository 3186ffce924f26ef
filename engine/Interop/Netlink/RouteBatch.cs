using System.Buffers.Binary;
using Lab.Engine.Packets;

namespace Lab.Engine.Interop.Netlink;

/// <summary>Requests about network devices, written one after the other and sent to the kernel in one go.</summary>
/// <remarks>The layout is rtnetlink(7), numbers in the machine's own order.</remarks>
public sealed class RouteBatch
{
    private const ushort NewLink = 16, DeleteLink = 17, GetLink = 18; // RTM_*
    private const ushort Exclusive = 0x200, Make = 0x400; // NLM_F_*
    private const ushort Address = 1, Name = 3, Master = 10, LinkInfo = 18; // IFLA_*
    private const ushort InfoKind = 1, InfoData = 2, InfoPortKind = 4, InfoPortData = 5; // IFLA_INFO_*
    private const ushort BridgeStp = 5, BridgeForget = 21, BridgeSnooping = 23; // IFLA_BR_STP_STATE, IFLA_BR_FDB_FLUSH, IFLA_BR_MCAST_SNOOPING
    private const ushort PortUnicastFlood = 9, PortMulticastFlood = 27, PortBroadcastFlood = 30; // IFLA_BRPORT_*
    private const uint Up = 0x1; // IFF_UP
    private const int FamilyHeader = 16; // struct ifinfomsg: family, type, index, flags, which flags

    private readonly NetlinkBuffer _buffer = new();
    private readonly List<string> _steps = [];

    /// <summary>What each request is about, in order; a refusal quotes it.</summary>
    internal IReadOnlyList<string> Steps => _steps;

    internal ReadOnlySpan<byte> Bytes => _buffer.Written;

    /// <summary>A bridge that speaks only when spoken to: no spanning tree, no snooping (switching.md section 10.3); up.</summary>
    /// <param name="index">Chosen by us, so that ports in the same batch can name it.</param>
    public RouteBatch AddBridge(InterfaceName name, int index, MacAddress mac) => Link(
        $"making the bridge {name}", NewLink, Make | Exclusive, index, Up, () =>
        {
            Text(Name, name);
            Mac(Address, mac);
            Nested(LinkInfo, () =>
            {
                Text(InfoKind, "bridge");
                Nested(InfoData, () =>
                {
                    Number(BridgeStp, 0u);
                    Octet(BridgeSnooping, 0);
                });
            });
        });

    /// <summary>Gives a device its address, makes it a port of the bridge and brings it up.</summary>
    public RouteBatch Enslave(InterfaceName port, int bridge, MacAddress mac) => Link(
        $"making {port} a port of the bridge", NewLink, 0, 0, Up, () =>
        {
            Text(Name, port);
            Mac(Address, mac);
            Number(Master, (uint)bridge);
        });

    /// <summary>Keeps what the bridge forwards to many from this port of its; what the host sends to many still comes.</summary>
    public RouteBatch SpareFloods(InterfaceName port) => Link($"sparing {port} what is flooded", NewLink, 0, 0, 0, () =>
    {
        Text(Name, port);
        Nested(LinkInfo, () =>
        {
            Text(InfoPortKind, "bridge");
            Nested(InfoPortData, () =>
            {
                foreach (ushort kind in (ReadOnlySpan<ushort>)[PortUnicastFlood, PortMulticastFlood, PortBroadcastFlood])
                {
                    Octet(kind, 0);
                }
            });
        });
    });

    /// <summary>Makes a bridge forget where it has seen stations.</summary>
    public RouteBatch ForgetStations(InterfaceName bridge) => Link($"emptying the table of {bridge}", NewLink, 0, 0, 0, () =>
    {
        Text(Name, bridge);
        Nested(LinkInfo, () =>
        {
            Text(InfoKind, "bridge");
            Nested(InfoData, () => _buffer.Attribute(BridgeForget, []));
        });
    });

    public RouteBatch Delete(InterfaceName device) =>
        Link($"deleting {device}", DeleteLink, 0, 0, 0, () => Text(Name, device));

    /// <summary>Asks what the kernel knows of a device.</summary>
    public RouteBatch Ask(InterfaceName device) =>
        Link($"asking about {device}", GetLink, 0, 0, 0, () => Text(Name, device));

    private RouteBatch Link(string step, ushort type, int flags, int index, uint up, Action attributes)
    {
        _steps.Add(step);
        int start = _buffer.BeginMessage(type, NetlinkBuffer.Acknowledge | flags, (uint)_steps.Count, FamilyHeader, out Span<byte> header);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], index);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], up);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], up);
        attributes();
        _buffer.EndMessage(start);
        return this;
    }

    private void Nested(ushort type, Action attributes)
    {
        int start = _buffer.BeginNested(type);
        attributes();
        _buffer.EndNested(start);
    }

    private void Text(ushort type, InterfaceName name) => _buffer.Text(type, name.ToString());

    private void Text(ushort type, string text) => _buffer.Text(type, text);

    private void Number(ushort type, uint value) => _buffer.Attribute(type, BitConverter.GetBytes(value));

    private void Octet(ushort type, byte value) => _buffer.Attribute(type, [value]);

    private void Mac(ushort type, MacAddress mac) => mac.Write(_buffer.Attribute(type, MacAddress.Length));
}
