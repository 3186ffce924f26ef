using Lab.Engine.Diagnostics;
using Lab.Engine.Documents;
using Lab.Engine.Filters.Values;

namespace Lab.Engine.Filters.Interfaces;

/// <summary>Reads <c>&lt;vlan trunk='…'&gt;&lt;tag id='…' nativeMode='…'/&gt;…&lt;/vlan&gt;</c>, and says who can carry it out.</summary>
/// <remarks>As libvirt's virNetDevVlanParse: several tags make a trunk, and <c>trunk='yes'</c> makes one of a single tag.</remarks>
internal static class VlanReader
{
    private const uint HighestId = 4095;
    private const ushort HighestOnLinux = 4094; // VLAN_N_VID of include/linux/if_vlan.h, less the reserved ones

    /// <summary>Null without the element, and when it holds no tag.</summary>
    public static VlanTags? Read(DocumentElement? element, Findings findings)
    {
        if (element is null)
        {
            return null;
        }

        ElementReader vlan = new(element, findings);
        DocumentElement[] tags = [.. vlan.Children("tag")];
        bool trunk = ReadTrunk(vlan, tags.Length > 1);
        vlan.ReportTheRest();
        if (tags.Length == 0)
        {
            findings.Add(DiagnosticTable.MissingElement, element.Position, "<vlan> needs a <tag>");
            return null;
        }

        (ushort Id, DocumentAttribute? Native)[] read = [.. tags.Select(tag => ReadTag(new(tag, findings)))];
        (ushort Id, DocumentAttribute? Native)[] natives = [.. read.Where(tag => tag.Native is not null)];
        foreach ((_, DocumentAttribute? second) in natives.Skip(1))
        {
            findings.Add(DiagnosticTable.OnlyOnce, second!.Position, "a trunk has one native tag");
        }

        return natives is [var native, ..]
            ? new([.. read.Select(tag => tag.Id)], trunk, native.Id, native.Native!.Value == "tagged", element.Position)
            : new([.. read.Select(tag => tag.Id)], trunk, null, NativeTagged: false, element.Position);
    }

    /// <param name="owner">Whose frames they are, for the finding of the kind <paramref name="misplaced"/> when nobody can.</param>
    public static void CheckCarrier(VlanTags? tags, TagCarrier carrier, DiagnosticKind misplaced, string owner, Findings findings)
    {
        switch (tags is null ? TagCarrier.Network : carrier)
        {
            case TagCarrier.None:
                findings.Add(misplaced, tags!.Position, $"nobody can tag the frames of {owner}");
                break;
            case TagCarrier.LinuxBridge:
                CheckLinux(tags!, findings);
                break;
            case TagCarrier.OpenVSwitch:
                findings.Add(DiagnosticTable.NotInterpreted, tags!.Position, "<vlan> is not interpreted: the lab has no Open vSwitch");
                break;
            case TagCarrier.VirtualFunction:
                findings.Add(DiagnosticTable.NotInterpreted, tags!.Position,
                    "<vlan> is not interpreted: an SR-IOV device tags by itself, and the lab has none");
                break;
        }
    }

    private static void CheckLinux(VlanTags tags, Findings findings)
    {
        foreach (ushort id in tags.Ids.Where(id => id is 0 or > HighestOnLinux))
        {
            findings.Add(DiagnosticTable.IllegalValue, tags.Position, $"a port of a Linux bridge cannot be in VLAN {id}", $"write a number from 1 to {HighestOnLinux}");
        }

        findings.Add(DiagnosticTable.BeyondLibvirt, tags.Position, "libvirt sets <vlan> on ports of Linux bridges from version 11.0 on, and refuses it before");
    }

    /// <remarks>A trunk of one tag has to be asked for; one of several may not be denied.</remarks>
    private static bool ReadTrunk(ElementReader vlan, bool several)
    {
        if (vlan.Optional("trunk") is not { } trunk)
        {
            return several;
        }

        bool yes = trunk.Value.Equals("yes", StringComparison.OrdinalIgnoreCase);
        if (!yes && !trunk.Value.Equals("no", StringComparison.OrdinalIgnoreCase))
        {
            vlan.Findings.Add(DiagnosticTable.IllegalValue, trunk.Position, $"'{trunk.Value}' is not a value of 'trunk'", "write 'yes' or 'no'");
        }
        else if (several && !yes)
        {
            vlan.Findings.Add(DiagnosticTable.IllegalValue, trunk.Position, "several tags make a trunk", "write trunk='yes', or leave one tag");
        }

        return yes;
    }

    private static (ushort Id, DocumentAttribute? Native) ReadTag(ElementReader tag)
    {
        DocumentAttribute? id = tag.Required("id"), native = tag.Optional("nativeMode");
        tag.ReportTheRest();
        if (native is not null && native.Value is not ("tagged" or "untagged"))
        {
            tag.Findings.Add(DiagnosticTable.IllegalValue, native.Position, $"'{native.Value}' is not a value of 'nativeMode'", "write 'tagged' or 'untagged'");
        }

        if (id is null)
        {
            return (0, native);
        }

        bool fits = CNumber.TryReadUnsigned(id.Value, 10, out uint number) && number <= HighestId;
        if (!fits)
        {
            tag.Findings.Add(DiagnosticTable.IllegalValue, id.Position, $"'{id.Value}' is not a value of 'id'", $"write a number from 0 to {HighestId}");
        }

        return (fits ? (ushort)number : (ushort)0, native);
    }
}
