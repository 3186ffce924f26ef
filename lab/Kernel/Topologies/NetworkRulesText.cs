using System.Globalization;
using System.Text;
using Lab.Contract.Testbeds;
using Lab.Engine.Networks;
using Lab.Engine.Packets;

namespace Lab.Kernel.Topologies;

/// <summary>The rules that libvirt makes for its networks, in its nftables layout (switching.md section 3.3).</summary>
/// <remarks>libvirt names devices by their index; names say the same for devices that stay, and need not exist when the rules load.</remarks>
internal static class NetworkRulesText
{
    /// <summary>The table for all networks of a host; empty when libvirt would make no rule.</summary>
    /// <param name="bridges">In the order of their start: each start inserts at the head of the chains.</param>
    public static string Of(IEnumerable<BridgeSpec> bridges)
    {
        BridgeSpec[] networks = [.. bridges.Where(bridge => bridge.Mode is ForwardMode.Isolated or ForwardMode.Nat or ForwardMode.Route).Reverse()];
        if (networks.Length == 0)
        {
            return "";
        }

        StringBuilder text = new();
        text.AppendLine("table ip libvirt_network {");
        Chain("guest_cross", networks.Select(network => $"iifname {network.Name} oifname {network.Name} accept"));
        Chain("guest_input", networks.SelectMany(Input));
        Chain("guest_output", networks.SelectMany(Output));
        Chain("forward",
        [
            "type filter hook forward priority 0; policy accept;",
            "jump guest_cross", "jump guest_input", "jump guest_output",
        ]);
        BridgeSpec[] translated = [.. networks.Where(network => network.Mode == ForwardMode.Nat)];
        if (translated.Length > 0)
        {
            Chain("guest_nat", translated.SelectMany(Translation).Prepend("type nat hook postrouting priority 100; policy accept;"));
        }

        text.AppendLine("}");
        return text.ToString();

        void Chain(string name, IEnumerable<string> lines)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  chain {name} {{");
            foreach (string line in lines)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"    {line}");
            }

            text.AppendLine("  }");
        }
    }

    private static IEnumerable<string> Input(BridgeSpec network)
    {
        string state = network.Mode == ForwardMode.Nat ? "ct state related,established " : "";
        string from = network.Device is { } device ? $"iifname {device} " : "";
        return Subnets(network).Select(subnet => $"{from}oifname {network.Name} ip daddr {subnet} {state}accept")
            .Append($"oifname {network.Name} reject");
    }

    private static IEnumerable<string> Output(BridgeSpec network) =>
        Subnets(network).Select(subnet => $"iifname {network.Name} {Out(network)}ip saddr {subnet} accept")
            .Append($"iifname {network.Name} reject");

    private static IEnumerable<string> Translation(BridgeSpec network) => Subnets(network).SelectMany(subnet => new[]
    {
        $"{Out(network)}ip saddr {subnet} ip daddr 224.0.0.0/24 return",
        $"ip saddr {subnet} ip daddr 255.255.255.255/32 return",
        $"{Out(network)}meta l4proto tcp ip saddr {subnet} ip daddr != {subnet} masquerade to :{Ports(network)}",
        $"{Out(network)}meta l4proto udp ip saddr {subnet} ip daddr != {subnet} masquerade to :{Ports(network)}",
        $"{Out(network)}ip saddr {subnet} ip daddr != {subnet} masquerade",
    });

    private static string Ports(BridgeSpec network) =>
        string.Create(CultureInfo.InvariantCulture, $"{network.TranslationPorts.First}-{network.TranslationPorts.Last}");

    private static string Out(BridgeSpec network) => network.Device is { } device ? $"oifname {device} " : "";

    private static IEnumerable<Ipv4Prefix> Subnets(BridgeSpec network) =>
        network.Mode is ForwardMode.Nat or ForwardMode.Route ? network.Addresses.Select(address => address.Subnet) : [];
}
