using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Lab.Engine.Packets;

/// <summary>Takes a line apart word by word; what is wrong with a word is a <see cref="FormatException"/> of one sentence.</summary>
internal sealed class WordReader(string text)
{
    private readonly Queue<string> _words = new(text.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>False at the end of the line.</summary>
    public bool TryNext([NotNullWhen(true)] out string? word) => _words.TryDequeue(out word);

    /// <summary>Looks at the next word and leaves it there.</summary>
    public bool TryPeek([NotNullWhen(true)] out string? word) => _words.TryPeek(out word);

    /// <summary>Takes the next word if it is this one.</summary>
    public bool TryTake(string word) => TryPeek(out string? next) && next == word && TryNext(out _);

    /// <summary><c>ADDRESS:PORT</c> or <c>[ADDRESS]:PORT</c> where the protocol has ports, and else the address alone.</summary>
    public PacketEnd End(string what, bool ports)
    {
        string word = Next(what);
        int bracket = word.IndexOf(']', StringComparison.Ordinal);
        int colon = bracket >= 0 ? word.IndexOf(':', bracket) : word.Count(c => c == ':') == 1 ? word.IndexOf(':', StringComparison.Ordinal) : -1;
        string address = (colon < 0 ? word : word[..colon]).Trim('[', ']');
        if (colon < 0 == ports)
        {
            throw new FormatException(ports ? $"'{word}' names no port; write {(address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address)}:80"
                : $"'{word}' has a port, but the protocol has none");
        }

        ushort port = 0;
        if (ports && !ushort.TryParse(word[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port))
        {
            throw new FormatException($"'{word[(colon + 1)..]}' is not a port");
        }

        return Ipv4Address.TryParse(address, out Ipv4Address v4) ? new(false, v4, default, port)
            : Ipv6Address.TryParse(address, out Ipv6Address v6) ? new(true, default, v6, port)
            : throw new FormatException($"'{address}' is not an address");
    }

    public Ipv4Address Ipv4(string what)
    {
        string word = Next(what);
        return Ipv4Address.TryParse(word, out Ipv4Address address) ? address : throw new FormatException($"'{word}' is not an IPv4 address");
    }

    public MacAddress Mac()
    {
        string word = Next("a MAC address");
        return MacAddress.TryParse(word, out MacAddress mac) ? mac : throw new FormatException($"'{word}' is not a MAC address");
    }

    public int Number(string what, int most)
    {
        string word = Next(what);
        bool hexadecimal = word.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return int.TryParse(hexadecimal ? word[2..] : word, hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None,
                   CultureInfo.InvariantCulture, out int number) && number <= most && number >= 0
            ? number
            : throw new FormatException($"'{word}' is not {what} from 0 to {most}");
    }

    public void Expect(string word)
    {
        string found = Next($"'{word}'");
        if (found != word)
        {
            throw new FormatException($"'{found}' stands where '{word}' is expected");
        }
    }

    public string Next(string what) =>
        _words.TryDequeue(out string? word) ? word : throw new FormatException($"the packet ends where {what} is expected");
}
