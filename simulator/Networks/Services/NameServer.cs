using System.Text;
using Lab.Engine.Packets;
using Lab.Simulator.Networks.Ipv4;
using static Lab.Simulator.Networks.Services.NameRecord;

namespace Lab.Simulator.Networks.Services;

/// <summary>dnsmasq's name service as a guest sees it (switching.md section 7.2): addresses and names from its own table, the rest upstream.</summary>
/// <remarks>Over UDP. dnsmasq listens over TCP too, for answers that are too long; here that port is closed.</remarks>
public sealed class NameServer : IUdpService
{
    public const ushort Port = 53;

    /// <summary>Questions on their way upstream (dnsmasq's dns-forward-max).</summary>
    public const int MaximumPending = 150;

    private const ushort FirstUpstreamPort = 40_000;
    private const ushort ClassInternet = 1;
    private const int Refused = 5, NoSuchName = 3, NoError = 0;

    private readonly Host _host;
    private readonly HostDevice _device;
    private readonly NameZone _zone;
    private readonly IReadOnlyList<INamedLeases> _leases;
    private readonly Dictionary<ushort, (HostPacket Asked, IpNumber Upstream)> _pending = [];
    private ushort _lastPort = FirstUpstreamPort - 1;

    public NameServer(Host host, HostDevice device, NameZone zone, params IReadOnlyList<INamedLeases> leases)
    {
        (_host, _device, _zone, _leases) = (host, device, zone, leases);
        UpstreamSide upstream = new(this);
        for (ushort i = 0; i < MaximumPending; i++)
        {
            host.Services.Listen((ushort)(FirstUpstreamPort + i), upstream);
        }
    }

    bool IUdpService.Receive(UdpArrival datagram)
    {
        if (datagram.Device != _device || !_device.Has(datagram.Destination))
        {
            return false;
        }

        if (datagram.Message.Length >= 17 && TryReadQuestion(datagram.Message, out string name, out ushort type, out int end))
        {
            Answer(datagram.Packet, datagram.Message[..end], name, type);
        }

        return true;
    }

    private void Answer(HostPacket asked, ReadOnlySpan<byte> question, string name, ushort type)
    {
        if (Find(name, type) is { Length: > 0 } records)
        {
            Reply(asked, question, NoError, records);
        }
        else if (_zone.IsLocal(name, type))
        {
            Reply(asked, question, IsKnown(name) ? NoError : NoSuchName, []);
        }
        else if (_zone.UpstreamFor(name) is not { } upstream)
        {
            Reply(asked, question, Refused, []);
        }
        else if (_pending.Count < MaximumPending)
        {
            while (!_pending.TryAdd(_lastPort = NextPort(_lastPort), (asked, upstream)))
            {
                // that port still waits for its answer
            }

            _host.SendDatagram(_lastPort, upstream, Port, question);
        }
    }

    /// <summary>Each question has another port than the last; a real server draws it.</summary>
    private static ushort NextPort(ushort last) => (ushort)(FirstUpstreamPort + (last + 1 - FirstUpstreamPort) % MaximumPending);

    private byte[][] Find(string name, ushort type) => type switch
    {
        TypeA or TypeAaaa => [.. Table.Where(host => host.Address.Version6 == (type == TypeAaaa) && Same(WithoutDomain(host.Name), WithoutDomain(name)))
            .Select(host => host.Address.ToBytes())],
        TypePtr when Table.FirstOrDefault(host => Same(host.Address.ReverseName, name)) is { Name: not null } owner => [BytesOf(owner.Name)],
        _ => [.. _zone.Records.Where(known => known.Type == type && Same(known.Name, name)).Select(record => record.Data.ToArray())],
    };

    /// <summary>Something is known of it, though not what was asked for.</summary>
    private bool IsKnown(string name) => Table.Any(host => Same(WithoutDomain(host.Name), WithoutDomain(name)))
        || _zone.Records.Any(record => Same(record.Name, name));

    private IEnumerable<(string Name, IpNumber Address)> Table => _zone.Hosts.Concat(_leases.SelectMany(holder => holder.Names)
        .Select(lease => (_zone.Domain is { } domain ? $"{lease.Name}.{domain}" : lease.Name, lease.Address)));

    private string WithoutDomain(string name) => _zone.Domain is { } domain && name.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase)
        ? name[..^(domain.Length + 1)] : name;

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    private void Reply(HostPacket asked, ReadOnlySpan<byte> question, int code, byte[][] records)
    {
        ushort type = Ipv4Rewriter.Word(question, question.Length - 4);
        byte[] message = [.. question, .. records.SelectMany(data => Record(type, data))];
        bool authoritative = records.Length > 0;
        message[2] = (byte)(0x80 | (authoritative ? 0x04 : 0) | (question[2] & 0x01)); // an answer; the wish for recursion repeated
        message[3] = (byte)(0x80 | code); // recursion available
        (message[6], message[7]) = (0, (byte)records.Length);
        message.AsSpan(8, 4).Clear();
        _host.Answer(asked, message);
    }

    /// <summary>From whom was asked; what others send to the port is taken, and not heeded.</summary>
    private bool RelayBack(UdpArrival answer)
    {
        bool expected = _pending.TryGetValue(answer.DestinationPort, out (HostPacket Asked, IpNumber Upstream) question);
        if (expected && question.Upstream == answer.Source && _pending.Remove(answer.DestinationPort))
        {
            _host.Answer(question.Asked, answer.Message);
        }

        return expected;
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

    /// <summary>The name points back at the question, which starts at byte 12; nobody may keep what is from here.</summary>
    private static byte[] Record(ushort type, byte[] data) =>
        [0xC0, 12, .. NetworkOrder.Bytes(type), .. NetworkOrder.Bytes(ClassInternet), 0, 0, 0, 0, .. NetworkOrder.Bytes((ushort)data.Length), .. data];

    private sealed class UpstreamSide(NameServer server) : IUdpService
    {
        public bool Receive(UdpArrival datagram) => server.RelayBack(datagram);
    }
}
