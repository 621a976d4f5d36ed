"""The words by which tests find things on a screen, in both languages, as the app and the demo pack say them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """What a person reads and presses on the way from search to receipt and status link."""

    search: str
    query: str
    item: str
    start: str
    ground: str
    moved_in: str
    district: str
    district_choice: str
    street: str
    street_choice: str
    detail: str
    proof_kind: str
    proof: str
    photo: str
    choose_picture: str
    next_page: str
    review: str
    card: str
    go_sign_in: str
    submit: str
    phone: str
    send_code: str
    code: str
    sign_in: str
    number: str
    password: str
    totp: str
    received: str
    progress: str
    make_link: str


ZH = Words(
    search="搜事项",
    query="jzz",
    item="居住证申领",
    start="开始申请",
    ground="在云海有稳定住处",
    moved_in="哪天住进云海的？",
    district="区",
    district_choice="临江区",
    street="街道",
    street_choice="望潮街道",
    detail="小区和门牌号",
    proof_kind="租房合同",
    proof="证明的照片",
    photo="本人照片",
    choose_picture="从相册选",
    next_page="保存，下一步",
    review="保存，去核对",
    card="不用，电子证就够",
    go_sign_in="登录后提交",
    submit="提交申请",
    phone="手机号",
    send_code="取验证码",
    code="验证码",
    sign_in="登录",
    number="工号",
    password="密码",
    totp="动态码",
    received="服务器已收到",
    progress="看进度",
    make_link="生成链接",
)
EN = Words(
    search="Search services",
    query="residence",
    item="Residence permit",
    start="Start",
    ground="I have a steady home in Yunhai",
    moved_in="When did you move to Yunhai?",
    district="District",
    district_choice="Linjiang District",
    street="Subdistrict",
    street_choice="Wangchao Subdistrict",
    detail="Estate and door number",
    proof_kind="Lease",
    proof="Picture of the proof",
    photo="Your photo",
    choose_picture="Choose a picture",
    next_page="Save and continue",
    review="Save and check",
    card="No, the electronic permit is enough",
    go_sign_in="Sign in to submit",
    submit="Submit",
    phone="Mobile number",
    send_code="Send me a code",
    code="Code",
    sign_in="Sign in",
    number="Staff number",
    password="Password",
    totp="Authenticator code",
    received="Received",
    progress="See the progress",
    make_link="Make a link",
)
