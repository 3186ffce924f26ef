using System.Collections.Immutable;
using System.Text;
using Lab.Engine.Packets;

namespace Lab.Simulator.Networks.Services;

/// <summary>How a server says what became of a wish (RFC 8415 section 21.13).</summary>
internal enum Dhcpv6Status : ushort
{
    Success = 0,
    Unspecified = 1,
    NoAddresses = 2,
    NoBinding = 3,
    NotOnLink = 4,
}

/// <summary>A server's message while it is written; who it is from and for stands first.</summary>
internal sealed class Dhcpv6Answer
{
    private readonly List<byte> _bytes;

    public Dhcpv6Answer(Dhcpv6Message question, ImmutableArray<byte> server)
    {
        _bytes = [(byte)question.Kind, .. question.Transaction];
        if (question.Options.Find(Dhcpv6Option.ClientId, out ReadOnlySpan<byte> client))
        {
            Add(Dhcpv6Option.ClientId, client);
        }

        Add(Dhcpv6Option.ServerId, server.AsSpan());
    }

    public byte[] Bytes => [.. _bytes];

    public void Become(Dhcpv6Kind kind) => _bytes[0] = (byte)kind;

    public void Add(Dhcpv6Option option, ReadOnlySpan<byte> value) => Write(_bytes, option, value);

    public void AddStatus(Dhcpv6Status status, string words) => Add(Dhcpv6Option.Status, StatusBytes(status, words));

    public void Add(Given given) => Add(Dhcpv6Option.Addresses, given.Bytes);

    public static byte[] StatusBytes(Dhcpv6Status status, string words) => [.. NetworkOrder.Bytes((ushort)status), .. Encoding.ASCII.GetBytes(words)];

    public static void Write(List<byte> bytes, Dhcpv6Option option, ReadOnlySpan<byte> value)
    {
        bytes.AddRange(NetworkOrder.Bytes((ushort)option));
        bytes.AddRange(NetworkOrder.Bytes((ushort)value.Length));
        bytes.AddRange(value);
    }
}

/// <summary>The addresses that a wish is granted (RFC 8415 section 21.4), or why it is not.</summary>
internal sealed class Given(uint id)
{
    private const uint Forever = uint.MaxValue;

    private readonly List<byte> _options = [];
    private readonly List<Ipv6Address> _addresses = [];
    private uint _shortest = Forever;

    public uint Id => id;

    /// <summary>It says nothing of when to come back.</summary>
    public bool IsTimeless { get; init; }

    public bool IsEmpty => _addresses.Count == 0;

    public IEnumerable<Ipv6Address> Addresses => _addresses;

    public byte[] Bytes =>
    [
        .. NetworkOrder.Bytes(id),
        .. NetworkOrder.Bytes(IsTimeless ? 0 : _shortest == Forever ? Forever : _shortest / 2),
        .. NetworkOrder.Bytes(IsTimeless ? 0 : _shortest == Forever ? Forever : _shortest / 8 * 7),
        .. _options,
    ];

    public void Add(Ipv6Address address, (uint Preferred, uint Valid) times)
    {
        _addresses.Add(address);
        Dhcpv6Answer.Write(_options, Dhcpv6Option.Address,
            [.. IpNumber.Of(address).ToBytes(), .. NetworkOrder.Bytes(times.Preferred), .. NetworkOrder.Bytes(times.Valid)]);
        foreach (uint time in new[] { times.Preferred, times.Valid }.Where(time => time != 0))
        {
            _shortest = Math.Min(_shortest, time);
        }
    }

    public void AddStatus(Dhcpv6Status status, string words) =>
        Dhcpv6Answer.Write(_options, Dhcpv6Option.Status, Dhcpv6Answer.StatusBytes(status, words));
}
