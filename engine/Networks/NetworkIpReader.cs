using System.Globalization;
using System.Numerics;
using Lab.Engine.Diagnostics;
using Lab.Engine.Documents;
using Lab.Engine.Filters.Values;
using Lab.Engine.Packets;

namespace Lab.Engine.Networks;

/// <summary>Reads <c>&lt;ip&gt;</c> with its <c>&lt;dhcp&gt;</c>.</summary>
internal sealed class NetworkIpReader(ElementReader ip, NetworkValues values)
{
    private static readonly TimeSpan ShortestLease = TimeSpan.FromMinutes(2);

    private readonly Findings _findings = ip.Findings;

    /// <summary>What family, address and netmask or prefix say; null when the address is missing or malformed.</summary>
    internal sealed record Subnet(IpNumber Address, int PrefixLength);

    public NetworkIp? Read()
    {
        Subnet? subnet = ReadSubnet(ip);
        DocumentAttribute? localPtr = ip.Optional("localPtr");
        NetworkIp? read = subnet is null ? null
            : new(subnet.Address, subnet.PrefixLength, null, ip.Position) { ReverseIsLocal = values.YesNo(localPtr) };
        CheckReverse(localPtr, read);
        CheckBoot(ip.Child("tftp"), "root", read);
        NetworkDhcp? dhcp = ip.Child("dhcp") is { } element ? ReadDhcp(new(element, _findings), read) : null;
        ip.ReportTheRest();
        return read is null ? null : read with { Dhcp = dhcp };
    }

    /// <summary>A reverse zone ends where a label of the name does: every eight bits of IPv4, every four of IPv6.</summary>
    private void CheckReverse(DocumentAttribute? localPtr, NetworkIp? subnet)
    {
        if (subnet is { ReverseIsLocal: true, PrefixLength: var length, Address.Version6: var version6 }
            && (length % (version6 ? 4 : 8) != 0 || (!version6 && length is 0 or 32)))
        {
            values.Illegal(localPtr!.Position, $"a prefix of {length} bits has no reverse zone of its own", version6 ? "use a multiple of 4" : "use 8, 16 or 24");
        }
    }

    /// <summary>Checks what a guest without a disk is told; nothing boots here.</summary>
    private void CheckBoot(DocumentElement? element, string required, NetworkIp? subnet)
    {
        if (element is null)
        {
            return;
        }

        ElementReader boot = new(element, _findings);
        _ = boot.Required(required);
        if (required == "file" && boot.Optional("server") is { } server)
        {
            _ = values.Address(server);
        }

        boot.ReportTheRest();
        if (subnet is { Address.Version6: true })
        {
            _findings.Add(DiagnosticTable.AddressFamily, element.Position, $"<{element.Name}> goes with IPv4 addresses");
        }

        values.NotInterpreted(element.Position, $"<{element.Name}>");
    }

    internal static Subnet? ReadSubnet(ElementReader reader)
    {
        Findings findings = reader.Findings;
        DocumentAttribute? address = reader.Required("address"), family = reader.Optional("family");
        DocumentAttribute? netmask = reader.Optional("netmask"), prefix = reader.Optional("prefix");
        bool version6 = family?.Value == "ipv6";
        if (family is not null && family.Value is not ("ipv4" or "ipv6"))
        {
            findings.Add(DiagnosticTable.IllegalValue, family.Position, $"'{family.Value}' is not a family of addresses", "write 'ipv4' or 'ipv6'");
        }

        if (netmask is not null && (prefix is not null || version6))
        {
            findings.Add(DiagnosticTable.IllegalValue, netmask.Position,
                version6 ? "IPv6 has no netmask" : "netmask and prefix say the same thing", "write the prefix only");
        }

        if (address is null)
        {
            return null;
        }

        if (!IpNumber.TryParse(address.Value, out IpNumber number))
        {
            findings.Add(DiagnosticTable.IllegalValue, address.Position, $"'{address.Value}' is not an address", "write an IPv4 or IPv6 address");
            return null;
        }

        if (number.Version6 != version6)
        {
            findings.Add(DiagnosticTable.AddressFamily, address.Position, $"{number} is not of the family {(version6 ? "ipv6" : "ipv4")}",
                number.Version6 ? "add family='ipv6'" : "remove the family");
            return null;
        }

        int length = prefix is not null ? PrefixOf(prefix, version6 ? 128 : 32, findings)
            : netmask is not null && !version6 ? LengthOf(netmask, findings) : DefaultLength(number);
        return new(number, length);
    }

    private static int PrefixOf(DocumentAttribute attribute, int maximum, Findings findings)
    {
        if (CNumber.TryReadUnsigned(attribute.Value, 10, out uint length) && length <= maximum)
        {
            return (int)length;
        }

        findings.Add(DiagnosticTable.IllegalValue, attribute.Position, $"'{attribute.Value}' is not a prefix length",
            string.Create(CultureInfo.InvariantCulture, $"write a number from 0 to {maximum}"));
        return maximum;
    }

    private static int LengthOf(DocumentAttribute attribute, Findings findings)
    {
        if (Ipv4Address.TryParse(attribute.Value, out Ipv4Address mask) && BitOperations.LeadingZeroCount(~mask.Bits) is var ones
            && mask.Bits == (ones == 0 ? 0 : uint.MaxValue << (32 - ones)))
        {
            return ones;
        }

        findings.Add(DiagnosticTable.IllegalValue, attribute.Position, $"'{attribute.Value}' is not a netmask", "write for instance 255.255.255.0");
        return 32;
    }

    // Classful, as virSocketAddrGetIPPrefix guesses it; 64 for IPv6.
    private static int DefaultLength(IpNumber address) => address.Version6 ? 64 : (uint)(address.Bits >> 24) switch
    {
        < 128 => 8,
        < 192 => 16,
        < 224 => 24,
        _ => 32,
    };

    private NetworkDhcp ReadDhcp(ElementReader dhcp, NetworkIp? subnet)
    {
        CheckBoot(dhcp.Child("bootp"), "file", subnet);
        List<DhcpRange> ranges = [];
        foreach (DocumentElement element in dhcp.Children("range"))
        {
            if (ReadRange(new(element, _findings), subnet) is { } range)
            {
                if (ranges.Find(other => other.First.Bits <= range.Last.Bits && range.First.Bits <= other.Last.Bits) is { } other)
                {
                    _findings.Add(DiagnosticTable.Overlap, element.Position, $"the range shares addresses with that from {other.First} to {other.Last}");
                }

                ranges.Add(range);
            }
        }

        List<DhcpHost> hosts = [];
        foreach (DocumentElement element in dhcp.Children("host"))
        {
            if (ReadHost(new(element, _findings), subnet) is { } host)
            {
                if (hosts.Exists(other => other.Address == host.Address))
                {
                    _findings.Add(DiagnosticTable.Overlap, element.Position, $"{host.Address} is reserved already");
                }

                hosts.Add(host);
            }
        }

        dhcp.ReportTheRest();
        return new([.. ranges], [.. hosts]);
    }

    private DhcpRange? ReadRange(ElementReader range, NetworkIp? subnet)
    {
        DocumentAttribute? start = range.Required("start"), end = range.Required("end");
        TimeSpan? lease = ReadLease(range);
        range.ReportTheRest();
        if (start is null || end is null || Within(start, subnet) is not { } first || Within(end, subnet) is not { } last)
        {
            return null;
        }

        if (!first.Version6 && subnet is { PrefixLength: < 31 } && (first == subnet.First || last == subnet.Last))
        {
            _findings.Add(DiagnosticTable.OutsideSubnet, first == subnet.First ? start.Position : end.Position,
                "the first and the last address of a subnet are no station's");
        }

        const int shared = 16; // bits: the ends of a range differ in their last half (IPv6: their last group) only
        if (last.Bits < first.Bits || first.Bits >> shared != last.Bits >> shared)
        {
            _findings.Add(DiagnosticTable.RangeOrder, end.Position, $"{first} to {last} ends before it starts, or is wider than 65535 addresses");
        }

        return new(first, last, lease);
    }

    private DhcpHost? ReadHost(ElementReader host, NetworkIp? subnet)
    {
        DocumentAttribute? mac = host.Optional("mac"), name = host.Optional("name"), id = host.Optional("id"), address = host.Required("ip");
        TimeSpan? lease = ReadLease(host);
        host.ReportTheRest();
        bool version6 = subnet?.Address.Version6 == true;
        if (version6 ? id is null && name is null : mac is null && name is null)
        {
            _findings.Add(DiagnosticTable.MissingAttribute, host.Position, $"<host> needs the attribute '{(version6 ? "id" : "mac")}' or 'name'");
        }

        if (version6 && mac is not null)
        {
            _findings.Add(DiagnosticTable.AddressFamily, mac.Position, "an IPv6 host is known by its id or name, not by its MAC");
        }

        if (name is not null && !(name.Value.Length > 0 && char.IsAsciiLetterOrDigit(name.Value[0])))
        {
            _findings.Add(DiagnosticTable.IllegalValue, name.Position, $"'{name.Value}' is not a host's name", "begin with a letter or a digit");
        }

        return address is not null && values.Address(address, version6, "of the subnet's family") is { } number ? new(MacOf(mac), name?.Value, id?.Value, number, lease) : null;
    }

    private MacAddress? MacOf(DocumentAttribute? attribute)
    {
        if (attribute is null)
        {
            return null;
        }

        if (!MacAddress.TryParse(attribute.Value, out MacAddress mac))
        {
            _findings.Add(DiagnosticTable.IllegalValue, attribute.Position, $"'{attribute.Value}' is not a MAC address",
                "write six groups of hexadecimal digits joined by colons");
            return null;
        }

        if (mac.IsGroup)
        {
            _findings.Add(DiagnosticTable.GroupMac, attribute.Position, $"{mac} is the address of a group");
        }

        return mac;
    }

    private TimeSpan? ReadLease(ElementReader owner)
    {
        if (owner.Child("lease") is not { } element)
        {
            return null;
        }

        ElementReader lease = new(element, _findings);
        DocumentAttribute? expiry = lease.Required("expiry"), unit = lease.Optional("unit");
        lease.ReportTheRest();
        double seconds = unit?.Value switch { "seconds" => 1, null or "minutes" => 60, "hours" => 3600, _ => 0 };
        if (seconds == 0)
        {
            _findings.Add(DiagnosticTable.IllegalValue, unit!.Position, $"'{unit.Value}' is not a unit of lease times", "write seconds, minutes or hours");
        }

        if (expiry is null || !CNumber.TryReadUnsigned(expiry.Value, 10, out uint number))
        {
            return null;
        }

        TimeSpan time = number == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(number * seconds);
        if (number > 0 && time < ShortestLease && seconds > 0)
        {
            _findings.Add(DiagnosticTable.IllegalValue, expiry.Position, "a lease lasts two minutes at least", "write 0 for a lease without end");
        }

        return time;
    }

    private IpNumber? Within(DocumentAttribute attribute, NetworkIp? subnet)
    {
        if (subnet is null || values.Address(attribute, subnet.Address.Version6, "of the subnet's family") is not { } number)
        {
            return null;
        }

        if (!subnet.Holds(number))
        {
            _findings.Add(DiagnosticTable.OutsideSubnet, attribute.Position, $"{number} is not in the subnet of {subnet.Address}/{subnet.PrefixLength}");
        }

        return number;
    }
}
