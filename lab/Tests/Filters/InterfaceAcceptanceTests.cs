using Lab.Engine.Filters.Interfaces;
using Lab.Engine.Interop;

namespace Lab.Tests.Filters;

/// <summary>Our verdict on an <c>&lt;interface&gt;</c> is libvirt's: its test driver reads domains without a daemon.</summary>
public sealed class InterfaceAcceptanceTests : IDisposable
{
    private static readonly string[] Interfaces =
    [
        "<interface type='bridge'><source bridge='br0'/></interface>",
        "<interface type='bridge'/>",
        "<interface type='network'/>",
        "<interface type='network'><source network='n'/></interface>",
        "<interface type='ethernet'/>",
        "<interface type='direct'><source dev='eth0'/></interface>",
        "<interface type='direct'><source dev='eth0' mode='x'/></interface>",
        "<interface type='direct'><source mode='vepa'/></interface>",
        "<interface type='bridge'><mac address='01:00:5e:00:00:01'/><source bridge='br0'/></interface>",
        "<interface type='bridge'><mac address='xx'/><source bridge='br0'/></interface>",
        "<interface type='nope'/>",
        "<interface type='bridge'><source bridge='br0'/><filterref filter='a'/><filterref filter='b'/></interface>",
        "<interface type='bridge'><source bridge='br0'/><virtualport><parameters profileid='x'/></virtualport></interface>",
        "<interface type='network'><source network='n'/><virtualport><parameters profileid='x'/></virtualport></interface>",
        "<interface type='ethernet'><virtualport type='openvswitch'/></interface>",
        "<interface type='bridge'><source bridge='br0'/><virtualport type='x'/></interface>",
        "<interface type='bridge'><source bridge='br0'/><virtualport type='802.1Qbg'><parameters managerid='11' typeid='0x123456' typeidversion='2'/></virtualport></interface>",
        "<interface type='direct'><source dev='eth0'/><virtualport type='802.1Qbg'/></interface>",
        "<interface type='direct'><source dev='eth0'/><virtualport type='802.1Qbg'><parameters managerid='256' typeid='1' typeidversion='2'/></virtualport></interface>",
        "<interface type='direct'><source dev='eth0'/><virtualport type='802.1Qbg'><parameters managerid='-1' typeid='1' typeidversion='2'/></virtualport></interface>",
        "<interface type='direct'><source dev='eth0'/><virtualport type='802.1Qbg'><parameters managerid='010' typeid='1' typeidversion='2'/></virtualport></interface>",
        "<interface type='direct'><source dev='eth0'/><virtualport type='802.1Qbg'><parameters managerid='09' typeid='1' typeidversion='2'/></virtualport></interface>",
        "<interface type='direct'><source dev='eth0'/><virtualport type='802.1Qbg'><parameters managerid='1' typeid='16777216' typeidversion='2'/></virtualport></interface>",
        "<interface type='direct'><source dev='eth0'/><virtualport type='802.1Qbg'><parameters managerid='1' typeid='1' typeidversion='256'/></virtualport></interface>",
        "<interface type='direct'><source dev='eth0'/><virtualport type='802.1Qbg'><parameters managerid='1' typeid='1' typeidversion='2' instanceid='x'/></virtualport></interface>",
        "<interface type='direct'><source dev='eth0'/><virtualport type='802.1Qbg'><parameters managerid='1' typeid='1' typeidversion='2' profileid='x'/></virtualport></interface>",
        "<interface type='direct'><source dev='eth0'/><virtualport type='802.1Qbg'><parameters managerid='1' typeid='1'/></virtualport></interface>",
        "<interface type='direct'><source dev='eth0'/><virtualport type='802.1Qbh'><parameters profileid='ppppppppppppppppppppppppppppppppppppppp'/></virtualport></interface>",
        "<interface type='direct'><source dev='eth0'/><virtualport type='802.1Qbh'><parameters profileid='pppppppppppppppppppppppppppppppppppppppp'/></virtualport></interface>",
        "<interface type='direct'><source dev='eth0'/><virtualport type='802.1Qbh'><parameters profileid=''/></virtualport></interface>",
        "<interface type='direct'><source dev='eth0'/><virtualport type='802.1Qbh'/></interface>",
        "<interface type='bridge'><source bridge='br0'/><virtualport type='openvswitch'/></interface>",
        "<interface type='bridge'><source bridge='br0'/><virtualport type='openvswitch'><parameters profileid='pppppppppppppppppppppppppppppppppppppppp'/></virtualport></interface>",
        "<interface type='bridge'><source bridge='br0'/><virtualport type='openvswitch'><parameters managerid='1'/></virtualport></interface>",
        "<interface type='bridge'><source bridge='br0'/><virtualport type='openvswitch'><parameters instanceid='5c6d49af-b071-6127-b4ec-6f8ed4b55335'/></virtualport></interface>",
        "<interface type='bridge'><source bridge='br0'/><virtualport type='openvswitch'><parameters foo='1'/></virtualport></interface>",
        "<interface type='bridge'><source bridge='br0'/><virtualport type='midonet'/></interface>",
        "<interface type='bridge'><source bridge='br0'/><virtualport type='midonet'><parameters interfaceid='5c6d49af-b071-6127-b4ec-6f8ed4b55335'/></virtualport></interface>",
        "<interface type='network'><source network='n'/><vlan><tag id='4095'/></vlan></interface>",
        "<interface type='network'><source network='n'/><vlan><tag id='4096'/></vlan></interface>",
        "<interface type='network'><source network='n'/><vlan><tag id='x'/></vlan></interface>",
        "<interface type='network'><source network='n'/><vlan/></interface>",
        "<interface type='network'><source network='n'/><vlan><tag/></vlan></interface>",
        "<interface type='network'><source network='n'/><vlan trunk='YES'><tag id='5'/></vlan></interface>",
        "<interface type='network'><source network='n'/><vlan trunk='no'><tag id='5'/></vlan></interface>",
        "<interface type='network'><source network='n'/><vlan trunk='maybe'><tag id='5'/></vlan></interface>",
        "<interface type='network'><source network='n'/><vlan trunk='no'><tag id='5'/><tag id='6'/></vlan></interface>",
        "<interface type='network'><source network='n'/><vlan><tag id='5'/><tag id='6' nativeMode='tagged'/></vlan></interface>",
        "<interface type='network'><source network='n'/><vlan><tag id='5' nativeMode='default'/><tag id='6'/></vlan></interface>",
        "<interface type='network'><source network='n'/><vlan><tag id='5' nativeMode='tagged'/><tag id='6' nativeMode='untagged'/></vlan></interface>",
        "<interface type='network'><source network='n'/><port isolated='yes'/></interface>",
        "<interface type='network'><source network='n'/><port isolated='perhaps'/></interface>",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("nwlab-interfaces-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [VirshFact]
    public void Every_interface_is_accepted_here_exactly_if_libvirt_takes_its_domain() =>
        Interfaces.Where(text => Takes(text) != IsAccepted(text)).Should().BeEmpty();

    [VirshTheory]
    [InlineData("a MAC address is nothing else", "<interface type='bridge'><mac address='52:54:00:00:00:01 x'/><source bridge='br0'/></interface>")]
    [InlineData("a <mac> without address says nothing", "<interface type='bridge'><mac/><source bridge='br0'/></interface>")]
    [InlineData("no device can have the name", "<interface type='bridge'><source bridge='br0'/><target dev='sixteen-bytes-xx'/></interface>")]
    [InlineData("no device can have the name", "<interface type='bridge'><source bridge='a-very-very-long-name'/></interface>")]
    [InlineData("without a type libvirt takes 'user', which cannot be filtered", "<interface><source bridge='br0'/></interface>")]
    [InlineData("libvirt refuses the tag when the guest starts", "<interface type='direct'><source dev='eth0'/><vlan><tag id='5'/></vlan></interface>")]
    [InlineData("libvirt refuses the tag when the guest starts", "<interface type='ethernet'><vlan><tag id='5'/></vlan></interface>")]
    [InlineData("libvirt drops the reference and leaves the guest unfiltered", "<interface type='bridge'><source bridge='br0'/><filterref/></interface>")]
    public void What_libvirt_takes_and_we_refuse_has_a_reason(string reason, string text)
    {
        IsAccepted(text).Should().BeFalse(reason);
        Takes(text).Should().BeTrue();
    }

    private static bool IsAccepted(string text) => InterfaceReader.Read("i.xml", text).Interface is not null;

    private bool Takes(string text)
    {
        string file = Path.Combine(_folder, "domain.xml");
        File.WriteAllText(file,
            $"<domain type='test'><name>d</name><memory>1000</memory><os><type>hvm</type></os><devices>{text}</devices></domain>");
        (int code, _, string error) = ChildProcess.Run("virsh", ["-q", "-c", "test:///default", "define", file]);
        error.Should().Match(e => e.Length == 0 || e.Contains("XML error", StringComparison.Ordinal) || e.Contains("unsupported configuration", StringComparison.Ordinal));
        return code == 0;
    }
}
