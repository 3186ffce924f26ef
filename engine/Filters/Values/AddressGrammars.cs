using System.Globalization;
using Lab.Engine.Filters.Model;
using Lab.Engine.Packets;

namespace Lab.Engine.Filters.Values;

/// <summary>virMacAddrParse: six groups of one or two hexadecimal digits; whatever follows a blank is ignored.</summary>
internal sealed class MacGrammar : ValueGrammar
{
    public override string Describe(AttributeSpec attribute) => "a MAC address such as 52:54:00:12:34:56";

    public override ParsedValue Parse(AttributeSpec attribute, string text)
    {
        ReadOnlySpan<char> address = text;
        int blank = address.IndexOfAny(" \t\n\r");
        bool cut = blank >= 0;
        return MacAddress.TryParse(cut ? address[..blank] : address, out MacAddress mac)
            ? new(new NumberValue(mac.Bits), cut ? $"what follows the address in '{text}' is ignored" : null)
            : ParsedValue.Illegal;
    }

    public override string Format(AttributeSpec attribute, AttributeValue value) =>
        MacAddress.FromBits((ulong)Bits(value)).ToString();
}

/// <summary>
/// What getaddrinfo(3) takes for AF_INET: one to four parts, octal and hexadecimal included, as inet_aton(3) reads them
/// (quirk 14), and IPv4-mapped IPv6 addresses.
/// </summary>
internal sealed class Ipv4Grammar : ValueGrammar
{
    public override string Describe(AttributeSpec attribute) => "an IPv4 address such as 192.0.2.1";

    public override ParsedValue Parse(AttributeSpec attribute, string text)
    {
        if (Ipv4Address.TryParse(text, out Ipv4Address address))
        {
            return new(new NumberValue(address.Bits));
        }

        return TryReadParts(text, out uint bits) || TryReadMapped(text, out bits)
            ? new(new NumberValue(bits), $"'{text}' is read as {new Ipv4Address(bits)}")
            : ParsedValue.Illegal;
    }

    public override string Format(AttributeSpec attribute, AttributeValue value) => new Ipv4Address((uint)Bits(value)).ToString();

    /// <summary>::ffff:a.b.c.d, with a numeric zone or without.</summary>
    private static bool TryReadMapped(string text, out uint bits)
    {
        int zone = text.IndexOf('%');
        bits = 0;
        if (!Ipv6Address.TryParse(zone < 0 ? text : text.AsSpan(0, zone), out Ipv6Address address) || address.Bits >> 32 != 0xFFFF)
        {
            return false;
        }

        bits = (uint)address.Bits;
        return zone < 0 || uint.TryParse(text.AsSpan(zone + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _);
    }

    /// <summary>The last part fills all the bytes that are left.</summary>
    private static bool TryReadParts(string text, out uint bits)
    {
        bits = 0;
        string[] parts = text.Split('.');
        if (parts.Length > Ipv4Address.Length)
        {
            return false;
        }

        for (int i = 0; i < parts.Length; i++)
        {
            bool last = i == parts.Length - 1;
            int width = last ? 8 * (Ipv4Address.Length - i) : 8;
            if (!TryReadPart(parts[i], out ulong part) || part >> width != 0)
            {
                return false;
            }

            bits |= (uint)(part << (last ? 0 : 24 - 8 * i));
        }

        return true;
    }

    /// <summary>A number as C writes it: 0x for hexadecimal, 0 for octal.</summary>
    private static bool TryReadPart(string text, out ulong part)
    {
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out part);
        }

        bool octal = text.Length > 1 && text[0] == '0';
        part = 0;
        foreach (char c in text)
        {
            if (c < '0' || c > (octal ? '7' : '9') || part > uint.MaxValue)
            {
                return false;
            }

            part = part * (octal ? 8u : 10u) + (uint)(c - '0');
        }

        return text.Length > 0;
    }
}

/// <summary>RFC 4291 text; libvirt also takes a zone behind '%' and then ignores it.</summary>
internal sealed class Ipv6Grammar : ValueGrammar
{
    public override string Describe(AttributeSpec attribute) => "an IPv6 address such as 2001:db8::1";

    public override ParsedValue Parse(AttributeSpec attribute, string text)
    {
        int zone = text.IndexOf('%');
        if (!Ipv6Address.TryParse(zone < 0 ? text : text.AsSpan(0, zone), out Ipv6Address address))
        {
            return ParsedValue.Illegal;
        }

        NumberValue value = new(address.Bits);
        return zone < 0 ? new(value)
            : IsZone(address, text[(zone + 1)..]) ? new(value, $"the zone in '{text}' is ignored")
            : ParsedValue.Illegal;
    }

    public override string Format(AttributeSpec attribute, AttributeValue value) => new Ipv6Address(Bits(value)).ToString();

    /// <summary>A number, or for link-local addresses the name of a device; whether it exists is not asked here.</summary>
    private static bool IsZone(Ipv6Address address, string zone) =>
        uint.TryParse(zone, NumberStyles.None, CultureInfo.InvariantCulture, out _)
        || (IsLinkLocal(address) && !zone.All(char.IsAsciiDigit) && InterfaceName.TryParse(zone, out _));

    private static bool IsLinkLocal(Ipv6Address address)
    {
        uint first = (uint)(address.Bits >> 112);
        return (first & 0xFFC0) == 0xFE80 || (first & 0xFF0F) == 0xFF02;
    }
}
