/// The sign of the pages in a browser's tabs: two films on a lit panel.
enum Icon {
    static let svg = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">\
        <rect width="16" height="16" rx="3" fill="#00649c"/>\
        <rect x="2.5" y="3" width="5" height="10" rx="1" fill="#fff"/>\
        <rect x="8.5" y="3" width="5" height="10" rx="1" fill="#cfe6f5"/></svg>
        """
}
