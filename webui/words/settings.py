"""What the fields of the entries of a process folder are called where they are filled in, and what is said of them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from engine.definitions.words import Words

KINDS = {
    "task": _("环节"),
    "action": _("自行办理的事项"),
    "clock": _("期限"),
    "notice": _("通知"),
    "basis": _("法律依据"),
    "number": _("编号"),
    "words": _("用词"),
}
TITLES = {
    "basis": _("任务和事项以外各步的依据"),
    "number": _("文号的写法"),
    "words": _("这类工作的叫法"),
}
LISTS = {
    "stage": _("阶段"),
    "happenings": _("本类工作特有的事件"),
    "effects": _("后续处理"),
    "grades": _("答复类别"),
    "categories": _("类别"),
    "decline_reasons": _("不予受理的理由"),
}
LIST_HELPS = {
    "stage": _("进度条上的各段，按次序排列；每个任务归入一段。"),
    "happenings": _(
        "通用事件以外的事件，写成“对象:动作”，如report:revised；事项、期限、通知和后续处理可以使用。"
    ),
    "effects": _("一件事发生时，系统的其他部分同时做什么。期限写clock.期限:warned或者overdue。"),
    "grades": _("答复时选用的类别，以及每一类要求答复写明什么。"),
    "categories": _("表单中“类别”一栏的选项，按次序排列。"),
    "decline_reasons": _("表单中“不予受理的理由”一栏的选项，按次序排列。"),
}
OWN_WORDS = {
    "asks": Words("代表所提的各条，称为", "What the points put forward are called"),
    "reply": Words("答复，称为", "What the reply is called"),
    "evaluation": Words("测评，称为", "What the evaluation is called"),
    "lead": Words("领衔人，称为", "What the lead deputy is called"),
    "own": Words("代表本人各件的标题", "Title of a deputy’s own cases"),
    "unit_lead": Words("主办，称为", "What the lead unit’s part is called"),
    "unit_co": Words("会办，称为", "What a co-handling unit’s part is called"),
    "unit_separate": Words("分办，称为", "What a separate unit’s part is called"),
    "group": Words("办理这件事的组，称为", "What the group at work on it is called"),
    "group_leader": Words("组长，称为", "What its leader is called"),
    "group_vice_leader": Words("副组长，称为", "What its vice leaders are called"),
    "group_member": Words("组员，称为", "What its members are called"),
    "group_invited": Words("受邀参加的代表，称为", "What the deputies invited to it are called"),
    "withdrawn": Words("没有办完而终止的，称为", "What a case is called that was broken off"),
}
# Where a field is not called what it is called in comparisons.
LABELS = {
    "clock.base": _("从哪天起算"),
    "clock.dated": _("按填写的法定日期结束"),
    "clock.roles": _("只对这些承办方式"),
    "clock.message": _("逾期后送入流程的消息"),
    "clock.message_after": _("逾期提醒几次以后"),
    "notice.on": _("什么时候"),
    "notice.within": _("只在剩余不超过几天时"),
    "notice.once": _("只通知第一次"),
    "notice.per": _("一条通知关于"),
    "action.of": _("对什么办理"),
    "action.nodes": _("在哪些环节可以办"),
    "action.message": _("送入流程的消息"),
    "task.clock": _("显示哪个期限的到期日"),
    "task.at": _("在谁的待办里"),
    "action.at": _("由哪里的人办"),
    "number.series": _("编号序列"),
    "number.in_session": _("会议期间的编号"),
    "number.between_sessions": _("闭会期间的编号"),
}
HELPS = {
    "task.clock": _("写几个时，取第一个正在走的。"),
    "task.basis": _("规则包中列出的条文。"),
    "action.basis": _("规则包中列出的条文。"),
    "task.basis_where": _("在登记栏目取某个值的案件中改用的条文，如forum = {congress = 组织法第二十四条}。"),
    "action.basis_where": _(
        "在登记栏目取某个值的案件中改用的条文，如forum = {congress = 组织法第二十四条}。"
    ),
    "action.basis_of_step": _("依据就是单位手中最先到期的环节的依据；手中没有环节的，不能办理。"),
    "task.requires": _("各种办理动作各有自己的项目；下列名称来自各流程中同一动作的写法。"),
    "action.requires": _("各种办理动作各有自己的项目；下列名称来自各流程中同一动作的写法。"),
    "task.confirm": _("办理前再问一次的话；空着就不问。"),
    "action.confirm": _("办理前再问一次的话；空着就不问。"),
    "task.confirm_when": _("只在填了这些值时再问，如field = decision，is = signed。"),
    "action.nodes": _("都不选，就是任何环节都可以。"),
    "action.reads": _("签发的答复、在案的记录、尚未决定的请求，列在表单上方，供办理的人先读。"),
    "action.where": _("案件的栏目须取哪些值，如kind = special。"),
    "clock.starts": _("其中任何一件发生就起算。"),
    "clock.ends": _("其中任何一件发生就结束。"),
    "notice.on": _("某件事发生；期限写clock.期限:warned、overdue、recomputed；任务到来写task.环节:opened。"),
    "notice.to": _("人，或者“地方.角色”，如units.head。办理的人自己不会收到。"),
    "number.series": _(
        "同一序列的各类工作在一次会议内连续编号；会议期间和闭会期间各自从1编起，两种写法相同的连续编号。"
    ),
    "number.in_session": _("{meeting}是会议的名称，{ordinal}是序号，{ordinal:04}是写足四位的序号。"),
    "number.between_sessions": _("{meeting}是会议的名称，{ordinal}是序号，{ordinal:04}是写足四位的序号。"),
    "notice.text": _("文字的名称；写一个新的名称，就是新的文字。"),
}
TEXTS = {
    "zh": _("中文（第一行是标题）"),
    "en": _("英文（第一行是标题）"),
}
# Rarely said: folded away until something is.
FURTHER = frozenset(
    [
        "confirm",
        "confirm_when",
        "requires",
        "bulk",
        "basis_where",
        "basis_of_step",
        "message",
        "within",
        "statuses",
        "assignment_statuses",
        "needs",
        "lacks",
        "after",
        "reads",
        "where",
        "seen_by",
        "idle",
        "once",
        "message_after",
        "message_happening",
        "when",
        "base",
        "until_all",
        "outlives",
        "dated",
        "importance",
    ]
)
PARTS = {
    "cosigning": Words("联名各步", "All steps of co-signing"),
    "contact": Words("沟通各步", "All steps of contacts"),
    "commitments": Words("承诺事项各步", "All steps of promises"),
    "publication": Words("公开各步", "All steps of publication"),
    "archive": Words("归档各步", "All steps of archiving"),
    "annual_report": Words("年度报告各步", "All steps of the yearly report"),
}
ROW_KINDS = {
    "text": Words("文字", "text"),
    "truth": Words("是否（true、false）", "yes or no (true, false)"),
    "number": Words("数", "number"),
    "list": Words("几个文字，用顿号分开", "several texts, with commas"),
    "numbers": Words("几个数，用顿号分开", "several numbers, with commas"),
    "table": Words("没有内容的一组", "a group without entries"),
}
ACTION_PLACES = {
    "proposers": Words("提出的人（含联名人）", "Those who put it forward"),
    "group": Words("检查组、调研组成员", "Members of the group"),
}
OF = {"case": Words("整个案件", "The whole case"), "assignment": Words("某个单位承办的部分", "A unit’s part")}
BASES = {
    "happening": Words("起算的事情发生之日", "The day of what starts it"),
    "meeting": Words("会议第一天（往回算）", "The first day of the meeting, counted back"),
}
PER_NOTICE = {
    "case": Words("案件", "The case"),
    "assignment": Words("某个单位承办的部分", "A unit’s part"),
    "task": Words("任务", "The task"),
}
IMPORTANCES = {
    "urgent": Words("紧急", "Urgent"),
    "normal": Words("一般", "Normal"),
    "minor": Words("次要", "Minor"),
}
CHANNELS = {
    "in_app": Words("系统内", "In the application"),
    "email": Words("站外（按本人设置）", "Outside, as each has chosen"),
}
PERSONS = {
    "lead_deputy": Words("领衔代表", "Lead deputy"),
    "cosigners": Words("联名人", "Co-signers"),
    "invited": Words("受邀联名的人", "Those invited to co-sign"),
    "actor": Words("办理的人", "Whoever did it"),
    "watchers": Words("关注的人", "Those who watch the case"),
    "group": Words("检查组、调研组成员", "Members of the group"),
    "candidates": Words("可以办理这项任务的人", "Those who may take the task"),
}
RECIPIENT_PLACES = {
    "unit": Words("这个承办单位", "This unit"),
    "units": Words("各承办单位", "All units"),
    "lead_unit": Words("主办、分办单位", "Lead and separate units"),
    "co_units": Words("会办单位", "Co-handling units"),
    "congress": Words("人大机关", "The congress"),
    "government_office": Words("政府办公厅（室）", "Government office"),
    "key_committee": Words("督办委员会", "Committee of key supervision"),
    "organ": Words("主管委员会", "Committee in charge"),
    "delegation": Words("代表团", "Delegation"),
}
CLOCK_SAYS = {
    "warned": Words("将到期", "due soon"),
    "overdue": Words("逾期", "overdue"),
    "recomputed": Words("重新计算", "recomputed"),
    "lapsed": Words("期满失效", "lapsed"),
}
TASK_OPENED = Words("任务到来", "the task arrives")
