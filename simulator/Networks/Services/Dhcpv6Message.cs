using System.Buffers.Binary;
using System.Text;
using Lab.Engine.Packets;

namespace Lab.Simulator.Networks.Services;

/// <summary>The kinds of message (RFC 8415 section 7.3).</summary>
internal enum Dhcpv6Kind : byte
{
    Solicit = 1,
    Advertise = 2,
    Request = 3,
    Confirm = 4,
    Renew = 5,
    Rebind = 6,
    Reply = 7,
    Release = 8,
    Decline = 9,
    InformationRequest = 11,
}

/// <summary>What messages carry (RFC 8415 section 21, RFC 3646, RFC 4704).</summary>
internal enum Dhcpv6Option : ushort
{
    ClientId = 1,
    ServerId = 2,
    Addresses = 3,
    Address = 5,
    Preference = 7,
    Status = 13,
    RapidCommit = 14,
    NameServers = 23,
    RefreshTime = 32,
    Name = 39,
}

/// <summary>Reads a message of a client (RFC 8415 section 8) where it lies.</summary>
internal readonly ref struct Dhcpv6Message(ReadOnlySpan<byte> bytes)
{
    public const int HeadLength = 4; // kind and transaction

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public Dhcpv6Kind Kind => (Dhcpv6Kind)_bytes[0];

    public ReadOnlySpan<byte> Transaction => _bytes[1..HeadLength];

    public Dhcpv6Options Options => new(_bytes[HeadLength..]);

    public ReadOnlySpan<byte> Find(Dhcpv6Option option) => Options.Find(option, out ReadOnlySpan<byte> value) ? value : default;

    public bool Has(Dhcpv6Option option) => Options.Find(option, out _);

    /// <summary>What the client says that it is called, and which of the two updates the name's records (RFC 4704 section 4); empty when
    /// it does not say.</summary>
    public string ReadName(out byte flags)
    {
        const byte serverUpdates = 1; // what a client that says nothing wants
        ReadOnlySpan<byte> value = Find(Dhcpv6Option.Name);
        flags = value.IsEmpty ? serverUpdates : value[0];
        StringBuilder name = new();
        for (int at = 1; at < value.Length && value[at] != 0 && at + value[at] < value.Length; at += 1 + value[at])
        {
            _ = name.Append(name.Length > 0 ? "." : "").Append(Encoding.ASCII.GetString(value.Slice(at + 1, value[at])));
        }

        return name.ToString();
    }
}

/// <summary>Options, one behind the other; a part of one that is cut off ends them.</summary>
internal ref struct Dhcpv6Options(ReadOnlySpan<byte> bytes)
{
    private const int HeadLength = 4; // code and length

    private ReadOnlySpan<byte> _rest = bytes;

    public bool TryTake(out Dhcpv6Option option, out ReadOnlySpan<byte> value)
    {
        int length = _rest.Length < HeadLength ? 0 : BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]);
        if (_rest.Length < HeadLength + length)
        {
            option = default;
            value = default;
            return false;
        }

        option = (Dhcpv6Option)BinaryPrimitives.ReadUInt16BigEndian(_rest);
        value = _rest.Slice(HeadLength, length);
        _rest = _rest[(HeadLength + length)..];
        return true;
    }

    /// <summary>The first of its kind.</summary>
    public bool Find(Dhcpv6Option wanted, out ReadOnlySpan<byte> value)
    {
        while (TryTake(out Dhcpv6Option option, out value))
        {
            if (option == wanted)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>A client's wish for addresses that belong together (RFC 8415 section 21.4).</summary>
/// <param name="Id">By which the client tells its wishes apart.</param>
/// <param name="Wanted">With the times that it would like; 0 for no wish.</param>
internal sealed record AddressWish(uint Id, IReadOnlyList<(Ipv6Address Address, uint Preferred, uint Valid)> Wanted)
{
    private const int HeadLength = 12, AddressLength = 24; // bytes

    /// <summary>Those of a message, in its order.</summary>
    public static List<AddressWish> AllOf(Dhcpv6Message message)
    {
        List<AddressWish> wishes = [];
        Dhcpv6Options options = message.Options;
        while (options.TryTake(out Dhcpv6Option option, out ReadOnlySpan<byte> value))
        {
            if (option == Dhcpv6Option.Addresses && value.Length >= HeadLength)
            {
                wishes.Add(Read(value));
            }
        }

        return wishes;
    }

    private static AddressWish Read(ReadOnlySpan<byte> value)
    {
        List<(Ipv6Address Address, uint Preferred, uint Valid)> wanted = [];
        Dhcpv6Options options = new(value[HeadLength..]);
        while (options.TryTake(out Dhcpv6Option option, out ReadOnlySpan<byte> address))
        {
            if (option == Dhcpv6Option.Address && address.Length >= AddressLength)
            {
                wanted.Add((Ipv6Address.Read(address), BinaryPrimitives.ReadUInt32BigEndian(address[16..]), BinaryPrimitives.ReadUInt32BigEndian(address[20..])));
            }
        }

        return new(BinaryPrimitives.ReadUInt32BigEndian(value), wanted);
    }
}
