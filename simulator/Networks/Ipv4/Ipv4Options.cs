using System.Buffers.Binary;
using Lab.Engine.Packets;

namespace Lab.Simulator.Networks.Ipv4;

/// <summary>Where the options stand that ask a host for something, what it wrote into them, and what it sends back
/// (RFC 791 section 3.1; net/ipv4/ip_options.c).</summary>
internal sealed class Ipv4Options
{
    private const int Header = 20; // bytes: where options begin
    private const byte End = 0, NoOperation = 1, Record = 7, Timestamp = 68, LooseRoute = 131, StrictRoute = 137, RouterAlert = 148;
    private const int TimeOnly = 0, TimeAndAddress = 1, TimeOfNamed = 3; // the low half of a timestamp option's fourth byte

    private int _record, _stamp; // offsets in the packet; 0 for none
    private bool _addressDue, _stampAddressDue, _timeDue, _written;

    /// <summary>The sender names the way: no host here goes along (accept_source_route is 0).</summary>
    public bool NamesRoute { get; private set; }

    /// <summary>It has come some of that way, and answers would go back along it, to wherever it says.</summary>
    public bool HasComeAlong { get; private set; }

    /// <summary>Offset of the byte that makes no sense; null if all do.</summary>
    public int? Mistake { get; private set; }

    /// <summary>Reads the options of a packet that has come in, and enters the host where they ask for it.</summary>
    public static Ipv4Options Enter(Span<byte> packet, Ipv4OptionEntry own)
    {
        var found = new Ipv4Options();
        Span<byte> header = packet[..Ipv4Rewriter.HeaderLength(packet)];
        for (int at = Header; at < header.Length && found.Mistake is null;)
        {
            if (header[at] == End)
            {
                found._written |= header[at..].ContainsAnyExcept(End);
                header[at..].Clear();
                return found;
            }

            if (header[at] == NoOperation)
            {
                at++;
            }
            else if (at + 1 == header.Length || header[at + 1] < 2 || header[at + 1] > header.Length - at)
            {
                found.Mistake = at;
            }
            else
            {
                int length = header[at + 1];
                found.Mistake = at + found.MistakeIn(header.Slice(at, length), at, own);
                at += length;
            }
        }

        return found;
    }

    private int? MistakeIn(Span<byte> option, int at, Ipv4OptionEntry own) => option[0] switch
    {
        LooseRoute or StrictRoute => EnterRoute(option),
        Record => EnterRecord(option, at, own),
        Timestamp => EnterTimestamp(option, at, own),
        RouterAlert when option.Length < 4 => 1,
        _ => null,
    };

    private int? EnterRoute(ReadOnlySpan<byte> option)
    {
        int? mistake = option.Length < 3 ? 1 : option[2] < 4 ? 2 : NamesRoute ? 0 : null;
        NamesRoute |= mistake is null;
        HasComeAlong |= mistake is null && Math.Min(option[2], option.Length + 1) >= 8; // two addresses at least: here, and the last one
        return mistake;
    }

    private int? EnterRecord(Span<byte> option, int at, Ipv4OptionEntry own)
    {
        if (_record != 0 || option.Length < 3 || option[2] < 4)
        {
            return _record != 0 ? 0 : option.Length < 3 ? 1 : 2;
        }

        if (option[2] <= option.Length)
        {
            if (option[2] + 3 > option.Length)
            {
                return 2;
            }

            own.Address.Write(option[(option[2] - 1)..]);
            option[2] += 4;
            _addressDue = _written = true;
        }

        _record = at;
        return null;
    }

    private int? EnterTimestamp(Span<byte> option, int at, Ipv4OptionEntry own)
    {
        if (_stamp != 0 || option.Length < 4 || option[2] < 5)
        {
            return _stamp != 0 ? 0 : option.Length < 4 ? 1 : 2;
        }

        int kind = option[3] & 0xF, entry = kind == TimeOnly ? 4 : 8, next = option[2] - 1;
        if (option[2] > option.Length)
        {
            if (kind != TimeOfNamed && option[3] >> 4 == 15)
            {
                return 3; // the count of hosts that found no room is full as well
            }

            option[3] += kind == TimeOfNamed ? (byte)0 : (byte)0x10;
            _written |= kind != TimeOfNamed;
        }
        else if (option[2] + 3 > option.Length || (kind is TimeAndAddress or TimeOfNamed && next + entry > option.Length))
        {
            return 2;
        }
        else if (kind is TimeOnly or TimeAndAddress || (kind == TimeOfNamed && own.IsOf(Ipv4Address.Read(option[next..]))))
        {
            if (kind == TimeAndAddress)
            {
                own.Address.Write(option[next..]);
            }

            BinaryPrimitives.WriteUInt32BigEndian(option[(next + entry - 4)..], own.Milliseconds);
            option[2] += (byte)entry;
            (_timeDue, _stampAddressDue, _written) = (true, kind == TimeAndAddress, true);
        }

        _stamp = at;
        return null;
    }

    /// <summary>Puts the address by which the packet leaves in the place of the one by which it came (ip_forward_options, which
    /// does so in a record of the way only, not beside a time).</summary>
    public void Leave(Span<byte> packet, Ipv4Address by)
    {
        if (_addressDue)
        {
            by.Write(packet[(_record + packet[_record + 2] - 1 - Ipv4Address.Length)..]);
        }

        if (_written)
        {
            Ipv4Rewriter.Seal(packet);
        }
    }

    /// <summary>What an answer carries of the options of the packet that it answers (ip_options_echo).</summary>
    /// <param name="asked">The packet that these are the options of.</param>
    /// <param name="own">The sender of the answer, and its time.</param>
    /// <returns>Whole words; null: no room where there should be some, and so no answer.</returns>
    public byte[]? Echo(ReadOnlySpan<byte> asked, Ipv4OptionEntry own)
    {
        List<byte> echoed = [];
        if (_record != 0)
        {
            byte[] option = OptionAt(asked, _record);
            if (_addressDue && option[2] <= option.Length)
            {
                if (option[2] + 3 > option.Length)
                {
                    return null;
                }

                own.Address.Write(option.AsSpan(option[2] - 1));
                option[2] += 4;
            }

            echoed.AddRange(option);
        }

        if (_stamp != 0)
        {
            byte[] option = OptionAt(asked, _stamp);
            if (option[2] <= option.Length && !TryStamp(option, own))
            {
                return null;
            }

            echoed.AddRange(option);
        }

        echoed.AddRange(new byte[-echoed.Count & 3]);
        return [.. echoed];
    }

    private bool TryStamp(Span<byte> option, Ipv4OptionEntry own)
    {
        int next = option[2] - 1;
        if (_stampAddressDue)
        {
            if (next + Ipv4Address.Length > option.Length)
            {
                return false;
            }

            own.Address.Write(option[next..]);
            next += Ipv4Address.Length;
        }

        if (_timeDue && next + 4 > option.Length)
        {
            return false;
        }

        bool named = (option[3] & 0xF) == TimeOfNamed;
        if (_timeDue && named && next + 8 <= option.Length && own.IsOf(Ipv4Address.Read(option[next..])))
        {
            next += Ipv4Address.Length;
            named = false;
        }

        if (_timeDue && !named)
        {
            BinaryPrimitives.WriteUInt32BigEndian(option[next..], own.Milliseconds);
            next += 4;
        }

        option[2] = (byte)(next + 1);
        return true;
    }

    private static byte[] OptionAt(ReadOnlySpan<byte> packet, int at) => packet.Slice(at, packet[at + 1]).ToArray();
}

/// <summary>What a host writes into options that ask for it.</summary>
/// <param name="Address">The one that its answer to the sender bears.</param>
/// <param name="Milliseconds">Since midnight UT.</param>
/// <param name="IsOf">Whether an address is the host's, or a group's: not that of another station.</param>
internal readonly record struct Ipv4OptionEntry(Ipv4Address Address, uint Milliseconds, Func<Ipv4Address, bool> IsOf);
