using Lab.Engine.Diagnostics;
using Lab.Engine.Documents;
using Lab.Engine.Filters.Values;

namespace Lab.Engine.Filters.Interfaces;

/// <summary>Reads <c>&lt;virtualport type='…'&gt;&lt;parameters …/&gt;&lt;/virtualport&gt;</c>.</summary>
internal sealed class VirtualPortReader
{
    private const int LongestProfile = 39; // characters; libvirt's LIBVIRT_IFLA_VF_PORT_PROFILE_MAX less its NUL

    /// <summary>Which parameters a type takes, and which of them it must have.</summary>
    private static readonly (string Type, string[] Required, string[] Optional)[] Types =
    [
        ("802.1Qbg", ["managerid", "typeid", "typeidversion"], ["instanceid"]),
        ("802.1Qbh", ["profileid"], []),
        ("openvswitch", [], ["interfaceid", "profileid"]),
        ("midonet", ["interfaceid"], []),
        ("", [], ["managerid", "typeid", "typeidversion", "instanceid", "interfaceid", "profileid"]),
    ];

    private readonly Findings _findings;
    private readonly ElementReader? _parameters;

    private VirtualPortReader(ElementReader? parameters, Findings findings) => (_parameters, _findings) = (parameters, findings);

    /// <summary>Null when the type is not known.</summary>
    public static VirtualPort? Read(DocumentElement element, InterfaceSource source, Findings findings)
    {
        ElementReader port = new(element, findings);
        DocumentAttribute? type = port.Optional("type");
        DocumentElement? parameters = port.Child("parameters");
        port.ReportTheRest();
        if (source is EthernetSource || (type is null && source is not NetworkSource))
        {
            findings.Add(DiagnosticTable.VirtualPortMisplaced, element.Position, type is null
                ? "a virtual port without type is possible on an interface of type 'network' only"
                : "an interface of type 'ethernet' has no virtual port");
        }

        int known = Array.FindIndex(Types, t => t.Type == (type?.Value ?? ""));
        if (known < 0)
        {
            findings.Add(DiagnosticTable.VirtualPortType, type!.Position, $"'{type.Value}' is not a type of virtual port");
            return null;
        }

        return new VirtualPortReader(parameters is null ? null : new(parameters, findings), findings).Read(Types[known], port);
    }

    private VirtualPort Read((string Type, string[] Required, string[] Optional) type, ElementReader port)
    {
        byte? manager = (byte?)Number("managerid", byte.MaxValue);
        uint? typeId = Number("typeid", 0xFF_FFFF);
        byte? version = (byte?)Number("typeidversion", byte.MaxValue);
        Guid? instance = Uuid("instanceid");
        Guid? face = Uuid("interfaceid");
        string? profile = Profile();
        _parameters?.ReportTheRest();
        CheckPresence(type, port);
        return type.Type switch
        {
            "802.1Qbg" => new Qbg(manager ?? 0, typeId ?? 0, version ?? 0, instance),
            "802.1Qbh" => new Qbh(profile ?? ""),
            "openvswitch" => new OpenVSwitch(face, profile),
            "midonet" => new Midonet(face ?? default),
            _ => new Untyped(manager, typeId, version, instance, face, profile),
        };
    }

    private void CheckPresence((string Type, string[] Required, string[] Optional) type, ElementReader port)
    {
        foreach (string missing in type.Required.Where(p => _parameters?.Element.Find(p) is null or { Value: "" }))
        {
            _findings.Add(DiagnosticTable.MissingAttribute, port.Position, $"a virtual port of type '{type.Type}' needs the parameter '{missing}'");
        }

        foreach (DocumentAttribute extra in (_parameters?.Element.Attributes ?? []).Where(a => Types[^1].Optional.Contains(a.Name)
            && !type.Required.Contains(a.Name) && !type.Optional.Contains(a.Name)))
        {
            _findings.Add(DiagnosticTable.VirtualPortParameter, extra.Position, $"a virtual port of type '{type.Type}' has no parameter '{extra.Name}'");
        }
    }

    private uint? Number(string parameter, uint maximum)
    {
        if (_parameters?.Optional(parameter) is not { } attribute)
        {
            return null;
        }

        if (CNumber.TryReadUnsigned(attribute.Value, 0, out uint number) && number <= maximum)
        {
            return number;
        }

        Illegal(attribute, $"write a number from 0 to {maximum}");
        return null;
    }

    private Guid? Uuid(string parameter)
    {
        if (_parameters?.Optional(parameter) is not { } attribute)
        {
            return null;
        }

        if (UuidSyntax.TryParse(attribute.Value, out Guid uuid))
        {
            return uuid;
        }

        _findings.Add(DiagnosticTable.MalformedUuid, attribute.Position, $"'{attribute.Value}' is not a UUID");
        return null;
    }

    private string? Profile()
    {
        DocumentAttribute? attribute = _parameters?.Optional("profileid");
        if (attribute?.Value.Length > LongestProfile)
        {
            Illegal(attribute, $"write at most {LongestProfile} characters");
        }

        return attribute?.Value;
    }

    private void Illegal(DocumentAttribute attribute, string help) =>
        _findings.Add(DiagnosticTable.IllegalValue, attribute.Position, $"'{attribute.Value}' is not a value of '{attribute.Name}'", help);
}
