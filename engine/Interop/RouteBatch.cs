using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Lab.Engine.Packets;

namespace Lab.Engine.Interop;

/// <summary>Requests about network devices, written one after the other and sent to the kernel in one go.</summary>
/// <remarks>
/// The layout is rtnetlink(7): a header, a struct ifinfomsg, then attributes (length, type, value), everything aligned
/// to four bytes, numbers in the machine's own order.
/// </remarks>
public sealed class RouteBatch
{
    private const ushort NewLink = 16, DeleteLink = 17; // RTM_*
    private const ushort Request = 0x1, Acknowledge = 0x4, Exclusive = 0x200, Make = 0x400; // NLM_F_*
    private const ushort Address = 1, Name = 3, Master = 10, LinkInfo = 18; // IFLA_*
    private const ushort InfoKind = 1, InfoData = 2; // IFLA_INFO_*
    private const ushort BridgeStp = 5, BridgeSnooping = 23; // IFLA_BR_STP_STATE, IFLA_BR_MCAST_SNOOPING
    private const uint Up = 0x1; // IFF_UP

    private readonly List<byte> _bytes = [];
    private readonly List<string> _steps = [];

    /// <summary>What each request is about, in order; a refusal quotes it.</summary>
    internal IReadOnlyList<string> Steps => _steps;

    internal ReadOnlySpan<byte> Bytes => CollectionsMarshal.AsSpan(_bytes);

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

    public RouteBatch BringUp(InterfaceName device) =>
        Link($"bringing {device} up", NewLink, 0, 0, Up, () => Text(Name, device));

    public RouteBatch Delete(InterfaceName device) =>
        Link($"deleting {device}", DeleteLink, 0, 0, 0, () => Text(Name, device));

    private RouteBatch Link(string step, ushort type, int flags, int index, uint up, Action attributes)
    {
        _steps.Add(step);
        int start = _bytes.Count;
        Span<byte> header = stackalloc byte[32]; // struct nlmsghdr, struct ifinfomsg
        header.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], type);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], (ushort)(Request | Acknowledge | flags));
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], (uint)_steps.Count);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], index);
        BinaryPrimitives.WriteUInt32LittleEndian(header[24..], up);
        BinaryPrimitives.WriteUInt32LittleEndian(header[28..], up);
        _bytes.AddRange(header);
        attributes();
        BinaryPrimitives.WriteUInt32LittleEndian(CollectionsMarshal.AsSpan(_bytes)[start..], (uint)(_bytes.Count - start));
        return this;
    }

    private void Nested(ushort type, Action attributes)
    {
        int start = _bytes.Count;
        Attribute(type, []);
        attributes();
        BinaryPrimitives.WriteUInt16LittleEndian(CollectionsMarshal.AsSpan(_bytes)[start..], (ushort)(_bytes.Count - start));
    }

    private void Text(ushort type, InterfaceName name) => Text(type, name.ToString());

    private void Text(ushort type, string text) => Attribute(type, [.. Encoding.UTF8.GetBytes(text), 0]);

    private void Number(ushort type, uint value) => Attribute(type, BitConverter.GetBytes(value));

    private void Octet(ushort type, byte value) => Attribute(type, [value]);

    private void Mac(ushort type, MacAddress mac)
    {
        Span<byte> bytes = stackalloc byte[MacAddress.Length];
        mac.Write(bytes);
        Attribute(type, bytes);
    }

    private void Attribute(ushort type, ReadOnlySpan<byte> value)
    {
        Span<byte> header = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16LittleEndian(header, (ushort)(4 + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], type);
        _bytes.AddRange(header);
        _bytes.AddRange(value);
        for (int pad = value.Length; pad % 4 != 0; pad++)
        {
            _bytes.Add(0);
        }
    }
}
