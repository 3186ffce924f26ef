using Lab.Libvirt;

namespace Lab.Tests.Filters;

/// <summary>A test that reads the filters which Debian's libvirt-daemon-config-nwfilter installs, and asks a libvirtd.</summary>
public sealed class InstalledFiltersFactAttribute : FactAttribute
{
    public const string Folder = "/etc/libvirt/nwfilter";

    public InstalledFiltersFactAttribute() => Skip = PrivateLibvirtd.WhyNot
        ?? (File.Exists($"{Folder}/clean-traffic.xml") ? null : "libvirt-daemon-config-nwfilter is not installed");
}
