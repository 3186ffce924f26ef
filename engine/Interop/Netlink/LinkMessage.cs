using System.Buffers.Binary;
using System.Text;

namespace Lab.Engine.Interop.Netlink;

/// <summary>What the kernel says of one device, asked or unasked: struct ifinfomsg and its attributes, rtnetlink(7).</summary>
public readonly ref struct LinkMessage
{
    private const int FamilyHeader = 16; // bytes: struct ifinfomsg
    private const ushort NewLink = 16; // RTM_NEWLINK
    private const byte BridgeFamily = 7; // AF_BRIDGE
    private const ushort NameAttribute = 3, ProtocolInfo = 12, LinkInfo = 18; // IFLA_IFNAME, IFLA_PROTINFO, IFLA_LINKINFO
    private const ushort InfoData = 2, PortStateAttribute = 1; // IFLA_INFO_DATA, IFLA_BRPORT_STATE
    private const ushort QuerierState = 47, Ipv4Timer = 3, Ipv6Timer = 7; // IFLA_BR_MCAST_QUERIER_STATE, BRIDGE_QUERIER_IP*_OTHER_TIMER
    private const double UserTicks = 100; // a second, whatever the kernel's own (USER_HZ)

    private readonly ReadOnlySpan<byte> _body;

    private LinkMessage(ReadOnlySpan<byte> body) => _body = body;

    internal static bool TryRead(NetlinkMessage message, out LinkMessage link)
    {
        bool fits = message.Type == NewLink && message.Body.Length >= FamilyHeader;
        link = fits ? new(message.Body) : default;
        return fits;
    }

    public string Name => Encoding.UTF8.GetString(Find(NameAttribute).TrimEnd((byte)0));

    /// <summary>Where the spanning tree has brought a bridge's port, in the numbers of BR_STATE_*; null when it does not say.</summary>
    public byte? PortState =>
        _body[0] == BridgeFamily && Find(ProtocolInfo, PortStateAttribute) is [var state, ..] ? state : null;

    /// <summary>For how long a bridge will go on believing that another querier is there; null when it knows none.</summary>
    public TimeSpan? QuerierExpires(bool version6) =>
        Find(LinkInfo, InfoData, QuerierState, version6 ? Ipv6Timer : Ipv4Timer) is { Length: 8 } timer
            ? TimeSpan.FromSeconds(BinaryPrimitives.ReadUInt64LittleEndian(timer) / UserTicks) : null;

    private ReadOnlySpan<byte> Find(params ReadOnlySpan<ushort> path) => NetlinkAttributes.Find(_body[FamilyHeader..], path);
}

/// <summary>Takes what the kernel says of devices, one at a time.</summary>
public delegate void LinkReader(LinkMessage link);
