using Lab.Engine.Filters;

namespace Lab.Engine.Tests.Filters;

/// <summary>Documents that were good before something happened to them.</summary>
internal sealed class SpoiltDocuments(int seed)
{
    private static readonly string[] Others =
    [
        """
        <filterbinding><owner><name>g</name><uuid>5c6d49af-b071-6127-b4ec-6f8ed4b55335</uuid></owner><portdev name='tap0'/>
        <mac address='52:54:00:00:00:0a'/><filterref filter='f'><parameter name='IP' value='192.0.2.1'/></filterref></filterbinding>
        """,
        """
        <interface type='direct'><mac address='52:54:00:00:00:0a'/><source dev='eth0' mode='vepa'/><target dev='t0'/><virtualport type='802.1Qbg'>
        <parameters managerid='11' typeid='1193047' typeidversion='2'/></virtualport><filterref filter='f'/></interface>
        """,
        """
        <FilterEntry><Action>DROP</Action><TrafficType>incoming</TrafficType><Hdr8021Filter><HdrSrcMACAddr8021>THIS_MAC</HdrSrcMACAddr8021>
        </Hdr8021Filter><IPHeadersFilter><HdrIPVersion>4</HdrIPVersion><HdrProtocolID>tcp</HdrProtocolID></IPHeadersFilter></FilterEntry>
        """,
        "<!DOCTYPE filter [<!ENTITY a 'b'><!ENTITY c SYSTEM 'file:///dev/zero'>]><filter name='&a;'>&c;</filter>",
    ];

    /// <summary>Pieces that parsers trip over.</summary>
    private static readonly string[] Pieces =
    [
        "<", ">", "&", "'", "\"", "/>", "</", "<!--", "-->", "<![CDATA[", "]]>", "<?", "?>", "&#0;", "&#xD800;", "&#x10FFFF;", "&amp;", "\0", "\uFFFE",
        "\uD83D", "\uFEFF", "xmlns:a='b'", "a:b='c'", "xmlns=''", "$", "$A[", "[@", "]", "-1", "99999999999999999999", "0x", "%", "::", "match='no'",
        " ", "\n", "\t", "<filter", "<rule", "<tcp", "<filterref", "<uuid>", "<parameter", "name=", "é", "٣", "ALL/", "NEW", ",", "=",
    ];

    private readonly Random _random = new(seed);

    public string Next()
    {
        string text = _random.Next(4) == 0 ? Others[_random.Next(Others.Length)] : FilterWriter.Write(FilterModels.FromSeed(_random.Next()));
        for (int i = _random.Next(1, 6); i > 0; i--)
        {
            text = Spoil(text);
        }

        return text;
    }

    private string Spoil(string text)
    {
        int at = _random.Next(text.Length + 1), length = Math.Min(_random.Next(1, 12), text.Length - at);
        return _random.Next(7) switch
        {
            0 => text.Remove(at, length),
            1 => text.Insert(at, Pieces[_random.Next(Pieces.Length)]),
            2 => text.Insert(at, text.Substring(at, length)),
            3 => text.Remove(at, length).Insert(at, Pieces[_random.Next(Pieces.Length)]),
            4 => text[..at],
            5 => text.Remove(at, length).Insert(at, new string((char)_random.Next(0x10000), length)),
            _ => text.Insert(at, string.Concat(Enumerable.Repeat(Pieces[_random.Next(Pieces.Length)], _random.Next(1, 400)))),
        };
    }
}
