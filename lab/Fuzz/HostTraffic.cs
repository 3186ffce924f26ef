using System.Buffers.Binary;
using System.Collections.Immutable;
using Lab.Contract.Testbeds;
using Lab.Engine.Networks;
using Lab.Engine.Packets;
using Lab.Engine.Programs;

namespace Lab.Fuzz;

/// <summary>What goes through a host and to it, whatever the rules are: conversations of guests with stations outside, also where their
/// addresses are translated, with errors about them and in fragments.</summary>
/// <remarks>
/// <code>
///   client ── opening, with its own address ──> host ── as seen behind it ──> server
///          &lt;── an answer to what it sees, an error quoting it ──────────────
/// </code>
/// The host is a hop, or a bridge where the client speaks to the other guest's station as if that had the server's address.
/// </remarks>
internal sealed class HostTraffic
{
    private static readonly ImmutableArray<IpProtocol> Protocols =
    [
        IpProtocol.Udp, IpProtocol.Udp, IpProtocol.Tcp, IpProtocol.Tcp, IpProtocol.Icmp, IpProtocol.Icmp,
        IpProtocol.Sctp, IpProtocol.UdpLite, IpProtocol.Dccp, IpProtocol.Esp, IpProtocol.Ah, (IpProtocol)47, (IpProtocol)99,
    ];

    /// <summary>Few, so that senders want the same ones; on either side of where classes of ports end.</summary>
    private static readonly ImmutableArray<ushort> Ports = [0, 1, 53, 511, 512, 600, 1023, 1024, 1025, 5000, 65535];

    private readonly Random _random;
    private readonly Conversation _conversation;
    private readonly BridgeSpec _bridge;
    private readonly UplinkSpec _uplink;
    private readonly Guest _outside;
    private readonly ImmutableArray<Guest> _inside;
    private readonly ImmutableArray<Ipv4Address> _special;

    private HostTraffic(Random random, Surroundings around, BridgeSpec bridge, UplinkSpec uplink)
    {
        (_random, _conversation, _bridge, _uplink) = (random, new(random), bridge, uplink);
        _inside = [.. around.Guests.Where(guest => guest.At is OnBridge)];
        _outside = around.Guests.First(guest => guest.At is OnLan);
        Ipv4Address own = bridge.Addresses[0].Address, other = uplink.Addresses[0].Address;
        _special =
        [
            own, own, other, other, .. _outside.Addresses, new(own.Bits | 0xFF), new(other.Bits | 0xFF), Ipv4Address.Parse("10.0.1.0"),
            Ipv4Address.Parse("127.0.0.1"), Ipv4Address.Parse("240.0.0.1"), Ipv4Address.Parse("224.0.0.251"), Ipv4Address.Parse("239.1.1.1"),
            Ipv4Address.Parse("0.0.0.9"), Ipv4Address.Parse("255.255.255.255"),
        ];
    }

    /// <summary>Somebody who takes part: who sends, and from which address.</summary>
    private sealed record End(Guest Who, Ipv4Address Address);

    /// <summary>Null where nobody stands outside.</summary>
    public static HostTraffic? Of(Random random, Surroundings around) =>
        around.Host is { Bridges: [var bridge, ..], Uplinks: [var uplink, ..] } ? new(random, around, bridge, uplink) : null;

    /// <summary>The host's own, its neighbours', and those that mean something to it.</summary>
    public UInt128 SomeAddress() => Pick(_special).Bits;

    public IEnumerable<Stimulus> Some(Func<uint> serial) => (_random.Next(8) switch
    {
        0 or 1 or 2 => Outwards(),
        3 or 4 => Bridged(),
        5 => Inwards(),
        6 => Hairpin(),
        _ => Anything(),
    }).SelectMany(turn => Whole(turn.Who, turn.Recipe, serial));

    /// <summary>A guest speaks to somebody outside, who answers to the address that he sees.</summary>
    private IEnumerable<(Guest Who, FrameRecipe Recipe)> Outwards()
    {
        End client = Inside(), server = new(_outside, Chance(5) ? Ipv4Address.Parse("10.0.1.0") : Pick(_outside.Addresses));
        return Exchange(client, server, _bridge.Mac, _uplink.Mac, Hides ? _uplink.Addresses[0].Address : client.Address);
    }

    /// <summary>A guest speaks to the other one's station as if that were outside.</summary>
    private IEnumerable<(Guest Who, FrameRecipe Recipe)> Bridged()
    {
        End client = Inside();
        Guest peer = _inside.First(guest => guest.Name != client.Who.Name);
        End server = new(peer, Chance(2) ? Ipv4Address.Parse("10.0.1.0") : Chance(3) ? Pick(_special) : Pick(_outside.Addresses));
        return Exchange(client, server, peer.Mac, Chance(2) ? _bridge.Mac : client.Who.Mac, Hides ? _bridge.Addresses[0].Address : client.Address);
    }

    private IEnumerable<(Guest Who, FrameRecipe Recipe)> Inwards()
    {
        End client = new(_outside, Pick(_outside.Addresses)), server = Inside();
        return Exchange(client, Chance(3) ? server with { Address = _uplink.Addresses[0].Address } : server, _uplink.Mac, _bridge.Mac, client.Address);
    }

    /// <summary>Two guests of one bridge who speak through the host.</summary>
    private IEnumerable<(Guest Who, FrameRecipe Recipe)> Hairpin()
    {
        End client = Inside(), server = Inside();
        return Exchange(client, server, _bridge.Mac, Chance(2) ? _bridge.Mac : client.Who.Mac, client.Address);
    }

    /// <summary>One frame of anybody to anybody.</summary>
    private IEnumerable<(Guest Who, FrameRecipe Recipe)> Anything()
    {
        Guest who = Chance(3) ? _outside : Pick(_inside);
        MacAddress to = who == _outside ? _uplink.Mac : Chance(3) ? Pick(_inside).Mac : _bridge.Mac;
        FrameRecipe recipe = Opening(Chance(3) ? Pick(_special) : Pick(who.Addresses), Pick(_special));
        (recipe[Field.EthernetSource], recipe[Field.EthernetDestination]) = (who.Mac.Bits, Chance(5) ? MacAddress.Broadcast.Bits : to.Bits);
        return [(who, recipe)];
    }

    /// <param name="seen">The client's address as the server sees it.</param>
    private IEnumerable<(Guest Who, FrameRecipe Recipe)> Exchange(End client, End server, MacAddress there, MacAddress back, Ipv4Address seen)
    {
        FrameRecipe opening = Opening(seen, server.Address);
        foreach (Conversation.Turn turn in _conversation.Around(opening).Concat(Chance(3) ? Errors(opening, client.Address) : []))
        {
            (End sender, MacAddress to) = turn.Reply ? (server, back) : (client, there);
            (turn.Recipe[Field.EthernetSource], turn.Recipe[Field.EthernetDestination]) = (sender.Who.Mac.Bits, to.Bits);
            if (!turn.Reply)
            {
                turn.Recipe[Field.Ipv4Source] = client.Address.Bits;
            }

            yield return (sender.Who, turn.Recipe);
        }
    }

    /// <summary>Of either side about what the other sent, as each has seen it, with more kinds and lengths than most have.</summary>
    private IEnumerable<Conversation.Turn> Errors(FrameRecipe opening, Ipv4Address own)
    {
        FrameRecipe answer = Conversation.Reversed(opening);
        answer[Field.Ipv4Destination] = own.Bits;
        foreach ((FrameRecipe about, bool reply) in new[] { (opening, true), (answer, false) })
        {
            FrameRecipe error = Conversation.Unreachable(about);
            byte[] quoted = about.ToBytes(0)[EthernetView.Length..];
            (error.IcmpType, error.IcmpCode) = (Pick<byte>(3, 3, 4, 5, 11, 12), Pick<byte>(0, 1, 3));
            error.Payload = quoted[..Math.Min(quoted.Length, Pick(20, 27, 28, 32, 36, 40, quoted.Length))];
            if (reply && Chance(3))
            {
                error[Field.Ipv4Source] = Pick(_outside.Addresses).Bits; // a router on the way
            }

            yield return new(error, reply);
        }
    }

    private FrameRecipe Opening(Ipv4Address from, Ipv4Address to)
    {
        FrameRecipe recipe = new() { Type = EtherType.Ipv4, IcmpType = 8, IcmpRest = (uint)Pick(0, 7) << 16 | 1, Payload = new byte[Pick(0, 0, 1, 30, 100)] };
        (recipe[Field.Ipv4Source], recipe[Field.Ipv4Destination]) = (from.Bits, to.Bits);
        recipe[Field.Ipv4Protocol] = (byte)Pick(Protocols);
        recipe[Field.Ipv4Tos] = (UInt128)Pick(0, 0, 0x28, 0xFF);
        (recipe[Field.TransportSourcePort], recipe[Field.TransportDestinationPort]) = (Pick(Ports), Pick(Ports));
        recipe[Field.TcpFlags] = Pick<byte>(2, 2, 0x10, 0x12, 4);
        return recipe;
    }

    /// <summary>The frame, spoilt now and then, or its fragments.</summary>
    private IEnumerable<Stimulus> Whole(Guest who, FrameRecipe recipe, Func<uint> serial)
    {
        recipe.TimeToLive = Pick<byte>(64, 64, 64, 64, 64, 64, 2, 1, 0);
        recipe.DontFragment = Chance(4);
        recipe.Padding = Chance(12) ? 1 : 0;
        recipe.WrongChecksum = Chance(15);
        recipe.UpperLength = Chance(15) ? Pick(0, 4, 7, 8, 12, 19, 20) : null;
        byte[] frame = recipe.ToBytes(serial());
        return (Chance(8) && recipe.UpperLength is null && !(Hides && IsError(recipe)) ? Pieces(frame) : [frame]).Select(bytes => new Stimulus(who.Name, bytes));
    }

    /// <summary>What it quotes may have a port that was drawn; in pieces, nobody could compare it.</summary>
    private static bool IsError(FrameRecipe recipe) => recipe[Field.Ipv4Protocol] == (byte)IpProtocol.Icmp && recipe.IcmpType is not (8 or 0);

    /// <summary>Two or three, in any order; one may be missing, or come twice.</summary>
    private byte[][] Pieces(byte[] frame)
    {
        const int start = EthernetView.Length;
        int header = (frame[start] & 0xF) * 4, length = BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(start + 2)) - header;
        int[] cuts = [0, .. new[] { Pick(8, 16, 24), Pick(32, 64) }.Where(cut => cut < length), length];
        byte[][] pieces = [.. cuts.Zip(cuts.Skip(1), (from, to) => Piece(frame, header, from, to - from, more: to < length))];
        _random.Shuffle(Chance(2) ? pieces.AsSpan() : []);
        return _random.Next(8) switch
        {
            0 => pieces[1..],
            1 => [pieces[0], .. pieces],
            _ => pieces,
        };
    }

    private static byte[] Piece(byte[] frame, int header, int offset, int length, bool more)
    {
        const int start = EthernetView.Length;
        byte[] piece = [.. frame.AsSpan(0, start + header), .. frame.AsSpan(start + header + offset, length)];
        Span<byte> ip = piece.AsSpan(start);
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(header + length));
        BinaryPrimitives.WriteUInt16BigEndian(ip[6..], (ushort)((ip[6] & 0x40) << 8 | (more ? 0x2000 : 0) | offset / 8));
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], 0);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], InternetChecksum.Of(ip[..header]));
        return piece;
    }

    private bool Hides => _bridge.Mode == ForwardMode.Nat;

    private End Inside()
    {
        Guest who = Pick(_inside);
        return new(who, Pick(who.Addresses));
    }

    private bool Chance(int oneIn) => _random.Next(oneIn) == 0;

    private T Pick<T>(ImmutableArray<T> of) => of[_random.Next(of.Length)];

    private T Pick<T>(params ReadOnlySpan<T> of) => of[_random.Next(of.Length)];
}
