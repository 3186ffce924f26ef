using Lab.Engine.Packets;

namespace Lab.Engine.Tests.Packets;

/// <summary>The names of addresses (RFC 1035 section 3.5, RFC 3596 section 2.5).</summary>
public sealed class IpNumberTests
{
    [Theory]
    [InlineData("192.168.122.80", "80.122.168.192.in-addr.arpa")]
    [InlineData("2001:db8::567:89ab", "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa")] // RFC 3596 has one much like it
    public void An_address_has_a_name_to_ask_for(string address, string name) => Number(address).ReverseName.Should().Be(name);

    [Theory]
    [InlineData("192.168.122.80", 24, "122.168.192.in-addr.arpa")]
    [InlineData("192.168.122.80", 17, "168.192.in-addr.arpa")]
    [InlineData("2001:db8::1", 32, "8.b.d.0.1.0.0.2.ip6.arpa")]
    public void A_subnet_has_a_name_above_those_of_its_addresses(string address, int length, string zone) => Number(address).ReverseZone(length).Should().Be(zone);

    private static IpNumber Number(string text)
    {
        IpNumber.TryParse(text, out IpNumber number).Should().BeTrue();
        return number;
    }
}
