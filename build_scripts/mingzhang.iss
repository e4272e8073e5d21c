; The Windows installer, for Inno Setup 6: what the Debian package is on Linux. It needs no administrator.
;
;     python build_scripts\dev.py bundle --no-deb
;     iscc /DVersion=0.1.0 build_scripts\mingzhang.iss
;
; Nothing outside the program's own folder is removed: the ledger lies in the user's application data.

#ifndef Version
  #define Version "0.1.0"
#endif

[Setup]
AppId={{35D759B5-4030-5E8B-9272-6A9F5C46C851}
AppName=Mingzhang
AppVersion={#Version}
AppPublisher=Mingzhang
DefaultDirName={autopf}\Mingzhang
DefaultGroupName=Mingzhang
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
MinVersion=10.0.17763
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
ChangesAssociations=yes
LicenseFile=..\LICENSE
SetupIconFile=..\resources\icons\mingzhang.ico
UninstallDisplayIcon={app}\mingzhang.exe
OutputDir=..\build\dist
OutputBaseFilename=mingzhang-{#Version}-setup
Compression=lzma2
SolidCompression=yes

[Languages]
Name: "english"; MessagesFile: "compiler:Default.isl"

[InstallDelete]
; an upgrade leaves no library of the older version behind
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "..\build\dist\mingzhang\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Registry]
; a rule packet opens by a double click, as the MIME type of the Debian package has it
Root: HKA; Subkey: "Software\Classes\.mzpack"; ValueType: string; ValueData: "Mingzhang.Packet"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\Mingzhang.Packet"; ValueType: string; ValueData: "Mingzhang rule packet"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Mingzhang.Packet\shell\open\command"; ValueType: string; ValueData: """{app}\mingzhang.exe"" ""%1"""

[Icons]
Name: "{autoprograms}\Mingzhang"; Filename: "{app}\mingzhang.exe"
Name: "{autodesktop}\Mingzhang"; Filename: "{app}\mingzhang.exe"

[Run]
Filename: "{app}\mingzhang.exe"; Flags: nowait postinstall skipifsilent
