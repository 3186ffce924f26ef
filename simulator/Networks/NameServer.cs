using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Lab.Engine.Packets;

namespace Lab.Simulator.Networks;

/// <param name="Upstream">The host's resolver; null refuses what is not known here, as libvirt has it in isolated networks.</param>
/// <param name="Hosts">Names of the network's own.</param>
public sealed record NameZone(Ipv4Interface Server, Ipv4Address? Upstream, ImmutableArray<(string Name, Ipv4Address Address)> Hosts)
{
    public string? Domain { get; init; }

    /// <summary>Names below the domain are never asked upstream.</summary>
    public bool LocalOnly { get; init; }

    /// <summary>Names without a dot are asked upstream too.</summary>
    public bool ForwardPlainNames { get; init; } = true;

    /// <summary>Who has an address of the subnet is never asked upstream.</summary>
    public bool ReverseIsLocal { get; init; }

    /// <summary>Whatever else is known.</summary>
    public ImmutableArray<NameRecord> Records { get; init; } = [];
}

/// <summary>A record of a name, other than its addresses (RFC 1035 section 3.2).</summary>
public sealed record NameRecord(string Name, ushort Type, ImmutableArray<byte> Data)
{
    private const ushort TypeText = 16, TypeService = 33;

    public static NameRecord Text(string name, string value) =>
        new(name, TypeText, [(byte)value.Length, .. Encoding.ASCII.GetBytes(value)]);

    /// <param name="target">Empty: the service is not available (RFC 2782).</param>
    public static NameRecord Service(string name, ushort priority, ushort weight, ushort port, string target)
    {
        byte[] numbers = new byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(numbers, priority);
        BinaryPrimitives.WriteUInt16BigEndian(numbers.AsSpan(2), weight);
        BinaryPrimitives.WriteUInt16BigEndian(numbers.AsSpan(4), port);
        return new(name, TypeService, [.. numbers, .. BytesOf(target)]);
    }

    /// <summary>A name on the wire: its labels, each behind its length, and the root.</summary>
    internal static byte[] BytesOf(string name) =>
    [
        .. name.Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(label => Encoding.ASCII.GetBytes(label).Prepend((byte)label.Length)), 0,
    ];
}

/// <summary>dnsmasq's name service as a guest sees it (switching.md section 7.2): A and PTR from its own table, the rest upstream.</summary>
public sealed class NameServer : IUdpService
{
    public const ushort Port = 53;

    /// <summary>Questions on their way upstream (dnsmasq's dns-forward-max).</summary>
    public const int MaximumPending = 150;

    private const ushort FirstUpstreamPort = 40_000;
    private const ushort TypeA = 1, TypePtr = 12, ClassInternet = 1;
    private const int Refused = 5, NoSuchName = 3, NoError = 0;

    private readonly Host _host;
    private readonly HostDevice _device;
    private readonly NameZone _zone;
    private readonly DhcpServer? _leases;
    private readonly Dictionary<ushort, (Ipv4Address Client, ushort Port)> _pending = [];

    public NameServer(Host host, HostDevice device, NameZone zone, DhcpServer? leases = null)
    {
        (_host, _device, _zone, _leases) = (host, device, zone, leases);
        for (ushort i = 0; i < MaximumPending; i++)
        {
            host.Sockets.Listen((ushort)(FirstUpstreamPort + i), new UpstreamSide(this));
        }
    }

    bool IUdpService.Receive(HostDevice device, ReadOnlySpan<byte> datagram)
    {
        if (device != _device)
        {
            return false;
        }

        int header = Ipv4Rewriter.HeaderLength(datagram);
        ReadOnlySpan<byte> message = datagram[(header + 8)..];
        Ipv4Address client = Ipv4Address.Read(datagram[Ipv4Rewriter.SourceOffset..]);
        ushort port = Ipv4Rewriter.Word(datagram, header);
        if (message.Length >= 17 && TryReadQuestion(message, out string name, out ushort type, out int end))
        {
            Answer(message[..end], name, type, client, port);
        }

        return true;
    }

    private void Answer(ReadOnlySpan<byte> question, string name, ushort type, Ipv4Address client, ushort port)
    {
        string plain = WithoutDomain(name);
        bool below = _zone.Domain is { } domain && name.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase);
        if (type == TypeA && Table.FirstOrDefault(host => Same(WithoutDomain(host.Name), plain)) is { Name: not null } host)
        {
            Reply(question, NoError, host.Address.Bits == 0 ? [] : Record(TypeA, AddressBytes(host.Address)), client, port);
        }
        else if (_zone.Records.FirstOrDefault(known => known.Type == type && Same(known.Name, name)) is { } record)
        {
            Reply(question, NoError, Record(type, [.. record.Data]), client, port);
        }
        else if (type == TypePtr && Table.FirstOrDefault(host => Same(ReverseName(host.Address), name)) is { Name: not null } owner)
        {
            Reply(question, NoError, Record(TypePtr, NameRecord.BytesOf(owner.Name)), client, port);
        }
        else if ((below && _zone.LocalOnly) || (_zone.ReverseIsLocal && IsReverseOfSubnet(name)) || (!name.Contains('.', StringComparison.Ordinal) && !_zone.ForwardPlainNames))
        {
            Reply(question, NoSuchName, [], client, port);
        }
        else if (_zone.Upstream is not { } upstream)
        {
            Reply(question, Refused, [], client, port);
        }
        else if (_pending.Count < MaximumPending)
        {
            ushort own = (ushort)(FirstUpstreamPort + _pending.Count);
            _pending[own] = (client, port);
            _host.Ipv4.Send(Frames.Udp(_host.Ipv4.AddressTowards(upstream) ?? default, own, upstream, Port, question));
        }
    }

    private IEnumerable<(string Name, Ipv4Address Address)> Table => _zone.Hosts.Concat((_leases?.Names ?? [])
        .Select(lease => (_zone.Domain is { } domain ? $"{lease.Name}.{domain}" : lease.Name, lease.Address)));

    private string WithoutDomain(string name) => _zone.Domain is { } domain && name.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase)
        ? name[..^(domain.Length + 1)] : name;

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    private void Reply(ReadOnlySpan<byte> question, int code, byte[] record, Ipv4Address client, ushort port)
    {
        byte[] message = [.. question, .. record];
        bool authoritative = code == NoError;
        message[2] = (byte)(0x80 | (authoritative ? 0x04 : 0) | (question[2] & 0x01)); // an answer; the wish for recursion repeated
        message[3] = (byte)(0x80 | code); // recursion available
        (message[6], message[7]) = (0, (byte)(record.Length > 0 ? 1 : 0));
        message.AsSpan(8, 4).Clear();
        _host.Ipv4.Send(ServiceDatagram.OfNames(_zone.Server.Address, client, port, message));
    }

    private void RelayBack(ReadOnlySpan<byte> datagram)
    {
        int header = Ipv4Rewriter.HeaderLength(datagram);
        if (_pending.Remove(Ipv4Rewriter.Word(datagram, header + 2), out (Ipv4Address Client, ushort Port) asked))
        {
            _host.Ipv4.Send(ServiceDatagram.OfNames(_zone.Server.Address, asked.Client, asked.Port, datagram[(header + 8)..]));
        }
    }

    /// <summary>RFC 1035 section 4.1.2; one question, no compression in it.</summary>
    private static bool TryReadQuestion(ReadOnlySpan<byte> message, out string name, out ushort type, out int end)
    {
        StringBuilder labels = new();
        int at = 12;
        while (at < message.Length && message[at] is > 0 and < 64 && at + message[at] < message.Length)
        {
            _ = labels.Append(labels.Length > 0 ? "." : "").Append(Encoding.ASCII.GetString(message.Slice(at + 1, message[at])));
            at += 1 + message[at];
        }

        bool whole = at + 5 <= message.Length && message[at] == 0 && (message[2] & 0x80) == 0;
        (name, type, end) = whole ? (labels.ToString(), Ipv4Rewriter.Word(message, at + 1), at + 5) : ("", (ushort)0, 0);
        return whole;
    }

    /// <summary>The name points back at the question, which starts at byte 12.</summary>
    private static byte[] Record(ushort type, byte[] data)
    {
        byte[] record = new byte[12 + data.Length];
        BinaryPrimitives.WriteUInt16BigEndian(record, 0xC00C);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(2), type);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(4), ClassInternet);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(10), (ushort)data.Length);
        data.CopyTo(record, 12);
        return record;
    }

    private static byte[] AddressBytes(Ipv4Address address)
    {
        byte[] bytes = new byte[Ipv4Address.Length];
        address.Write(bytes);
        return bytes;
    }

    private bool IsReverseOfSubnet(string name)
    {
        int labels = _zone.Server.PrefixLength / 8;
        string zone = string.Join('.', ReverseName(_zone.Server.Address).Split('.')[(4 - labels)..]);
        return Same(name, zone) || name.EndsWith("." + zone, StringComparison.OrdinalIgnoreCase);
    }

    private static string ReverseName(Ipv4Address address) => string.Create(CultureInfo.InvariantCulture,
        $"{address.Bits & 0xFF}.{address.Bits >> 8 & 0xFF}.{address.Bits >> 16 & 0xFF}.{address.Bits >> 24}.in-addr.arpa");

    private sealed class UpstreamSide(NameServer server) : IUdpService
    {
        public bool Receive(HostDevice device, ReadOnlySpan<byte> datagram)
        {
            ushort port = Ipv4Rewriter.Word(datagram, Ipv4Rewriter.HeaderLength(datagram) + 2);
            bool expected = server._pending.ContainsKey(port);
            server.RelayBack(datagram);
            return expected;
        }
    }
}
